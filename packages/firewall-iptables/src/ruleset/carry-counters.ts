import type { Step } from './plan.js';
import type { Counters, SavedRule, SavedTable } from './saved-table.js';

/**
 * Gives rules that go from one part of a chain to another the counters that they had.
 *
 * @param steps what is done to a table
 * @param wholeOf the chain that one is a part of
 */
export function carryCounters(
  saved: SavedTable,
  steps: readonly Step[],
  wholeOf: (chain: string) => string,
): { steps: Step[]; carried: number } {
  const leaving: ReadonlyMap<string, Counters[]> = steps.some(isFresh)
    ? countersThatLeave(saved, steps, wholeOf)
    : new Map();
  if (leaving.size === 0) return { steps: [...steps], carried: 0 };
  let carried = 0;
  const countersOf = (chain: string, text: string): Counters | undefined => {
    const counters = leaving.get(nameOf(wholeOf(chain), text))?.shift();
    if (counters !== undefined) carried += 1;
    return counters;
  };
  const after = steps.flatMap((step): Step[] => {
    switch (step.do) {
      case 'append':
      case 'insert':
        return [{ ...step, counters: step.counters ?? countersOf(step.chain, step.text) }];
      case 'fill':
        return appendsOf(step, (text) => countersOf(step.chain, text));
      default:
        return [step];
    }
  });
  return { steps: after, carried };
}

/** Whether a step writes rules without counters. */
function isFresh(step: Step): boolean {
  return (
    step.do === 'fill' || ((step.do === 'append' || step.do === 'insert') && step.counters === undefined)
  );
}

/** The counters of rules that steps take out of a chain, without those that they put back into the same one. */
function countersThatLeave(
  saved: SavedTable,
  steps: readonly Step[],
  wholeOf: (chain: string) => string,
): Map<string, Counters[]> {
  const leaving = new Map<string, Counters[]>();
  const put = (chain: string, { text, counters }: SavedRule): void => {
    if (counters === undefined) return;
    const name = nameOf(wholeOf(chain), text);
    const list = leaving.get(name);
    if (list === undefined) leaving.set(name, [counters]);
    else list.push(counters);
  };
  for (const step of steps) {
    const rules = saved.chains.get(step.chain)?.rules ?? [];
    if (step.do === 'declare') for (const rule of rules) put(step.chain, rule);
    if (step.do === 'delete') {
      const rule = rules.find(({ text }) => text === step.text);
      if (rule !== undefined) put(step.chain, rule);
    }
    if ((step.do === 'append' || step.do === 'insert') && step.counters !== undefined)
      leaving.get(nameOf(wholeOf(step.chain), step.text))?.shift();
  }
  return leaving;
}

/** New rules of one chain, in as few steps as their counters let them be. */
function appendsOf(
  { chain, texts }: Extract<Step, { do: 'fill' }>,
  countersOf: (text: string) => Counters | undefined,
): Step[] {
  const steps: Step[] = [];
  let fresh: string[] = [];
  const close = (): void => {
    if (fresh.length > 0) steps.push({ do: 'fill', chain, texts: fresh });
    fresh = [];
  };
  for (const text of texts) {
    const counters = countersOf(text);
    if (counters === undefined) {
      fresh.push(text);
    } else {
      close();
      steps.push({ do: 'append', chain, text, counters });
    }
  }
  close();
  return steps;
}

function nameOf(whole: string, text: string): string {
  return `${whole} ${text}`;
}
