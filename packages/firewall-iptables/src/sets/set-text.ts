import type { MemberSet, SetFamily, SetStep } from './set-step.js';

/** The most members that a set takes; ipset's own default is 65,536. */
const MOST_MEMBERS = 1 << 20;

/** A step as ipset-restore takes it. */
export function setCommand(step: SetStep): string {
  switch (step.do) {
    case 'create':
      return `create ${step.set} hash:net family ${step.family === 'ipv4' ? 'inet' : 'inet6'} maxelem ${MOST_MEMBERS}`;
    case 'add':
      return `add ${step.set} ${step.member}`;
    case 'delete':
      return `del ${step.set} ${step.member}`;
    case 'destroy':
      return `destroy ${step.set}`;
  }
}

/** The commands a person would type for a change. */
export function setShellCommands(steps: readonly SetStep[]): string[] {
  return steps.map((step) => `ipset -exist ${setCommand(step)}`);
}

/** Reads what `ipset save` printed. A set of another type is one that has another family than any. */
export function parseSavedSets(text: string): Map<string, MemberSet | undefined> {
  const sets = new Map<string, { family: SetFamily; members: Set<string> } | undefined>();
  for (const line of text.split('\n')) {
    const [word, name = '', ...rest] = line.trim().split(/\s+/);
    if (word === 'create') {
      const [type, , family] = rest;
      const isOurs = type === 'hash:net' && (family === 'inet' || family === 'inet6');
      sets.set(
        name,
        isOurs ? { family: family === 'inet' ? 'ipv4' : 'ipv6', members: new Set() } : undefined,
      );
    } else if (word === 'add') {
      sets.get(name)?.members.add(rest.join(' '));
    }
  }
  return sets;
}
