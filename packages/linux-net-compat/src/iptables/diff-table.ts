import { withoutCounters } from './edit-table.js';

/** One chain as iptables-save(8) prints it. */
interface Chain {
  /** `-` for one that somebody made. */
  policy: string;
  /** Lines of rules with their counters. */
  rules: string[];
}

/** Above this many comparisons the part of a chain that differs is written anew. */
const COMPARISONS_MAX = 1_000_000;

/**
 * The lines for `iptables-restore --noflush` that make the first state of a table into the second;
 * none when they are equal but for counters. What stays is not touched.
 */
export function diffTable(name: string, before: readonly string[], after: readonly string[]): string[] {
  const present = readChains(before);
  const wanted = readChains(after);
  const declared: string[] = [];
  const changed: string[] = [];
  for (const [chain, { rules }] of wanted) {
    const old = present.get(chain);
    if (old === undefined) {
      if (isDeclared(chain, after)) declared.push(`:${chain} - [0:0]`);
      changed.push(...rules);
    } else changed.push(...diffChain(chain, old.rules, rules));
  }
  const gone = [...present].filter(([chain, { policy }]) => policy === '-' && !wanted.has(chain));
  const lines = [
    ...declared,
    ...gone.map(([chain]) => `:${chain} - [0:0]`),
    ...changed,
    ...gone.map(([chain]) => `-X ${chain}`),
  ];
  return lines.length === 0 ? [] : [`*${name}`, ...lines, 'COMMIT'];
}

function isDeclared(chain: string, lines: readonly string[]): boolean {
  return lines.some((line) => line.startsWith(`:${chain} `));
}

function readChains(lines: readonly string[]): Map<string, Chain> {
  const chains = new Map<string, Chain>();
  for (const line of lines) {
    if (line.startsWith(':')) {
      const [chain = '', policy = '-'] = line.slice(1).split(' ');
      if (!chains.has(chain)) chains.set(chain, { policy, rules: [] });
      continue;
    }
    const chain = /^(?:\[\d+:\d+\] )?-A (\S+)/.exec(line)?.[1];
    if (chain === undefined) continue;
    const list = chains.get(chain);
    // A rule in a chain that is not declared is for the kernel to refuse.
    if (list === undefined) chains.set(chain, { policy: '-', rules: [line] });
    else list.rules.push(line);
  }
  return chains;
}

function diffChain(chain: string, before: readonly string[], after: readonly string[]): string[] {
  let start = 0;
  while (isSame(before[start], after[start])) start += 1;
  let tail = 0;
  while (
    tail < Math.min(before.length, after.length) - start &&
    isSame(before.at(-1 - tail), after.at(-1 - tail))
  )
    tail += 1;
  const olds = before.slice(start, before.length - tail);
  const news = after.slice(start, after.length - tail);
  const lengths = commonLengths(olds, news);
  const lines: string[] = [];
  let [old, added, position] = [0, 0, start + 1];
  while (old < olds.length || added < news.length) {
    if (lengths !== undefined && isSame(olds[old], news[added])) {
      [old, added, position] = [old + 1, added + 1, position + 1];
    } else if (
      old < olds.length &&
      (lengths?.at(old + 1, added) ?? 0) >= (lengths?.at(old, added + 1) ?? 0)
    ) {
      lines.push(`-D ${chain} ${position}`);
      old += 1;
    } else if (added < news.length) {
      lines.push((news[added] ?? '').replace(`-A ${chain} `, `-I ${chain} ${position} `));
      [added, position] = [added + 1, position + 1];
    } else {
      lines.push(`-D ${chain} ${position}`);
      old += 1;
    }
  }
  return lines;
}

/** How long the longest common part is from any pair of places on. */
function commonLengths(
  olds: readonly string[],
  news: readonly string[],
): { at(old: number, added: number): number } | undefined {
  if (olds.length * news.length > COMPARISONS_MAX) return undefined;
  const width = news.length + 1;
  const lengths = new Uint32Array((olds.length + 1) * width);
  const at = (old: number, added: number): number => lengths[old * width + added] ?? 0;
  for (let old = olds.length - 1; old >= 0; old -= 1) {
    for (let added = news.length - 1; added >= 0; added -= 1) {
      lengths[old * width + added] = isSame(olds[old], news[added])
        ? at(old + 1, added + 1) + 1
        : Math.max(at(old + 1, added), at(old, added + 1));
    }
  }
  return { at: (old, added) => (added > news.length ? -1 : at(old, added)) };
}

/** A rule of ours starts with no counters and takes over those that the kernel has; foreign ones keep theirs. */
function isSame(old: string | undefined, line: string | undefined): boolean {
  if (old === undefined || line === undefined) return false;
  return old === line || (!/^\[(?!0:0\])/.test(line) && withoutCounters(old) === withoutCounters(line));
}
