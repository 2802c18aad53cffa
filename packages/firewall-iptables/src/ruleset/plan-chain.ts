import { editChain } from './edit-chain.js';
import { type MergedRule, mergeOwnChain } from './merge-chain.js';
import type { Step } from './plan.js';
import type { SavedRule, SavedTable } from './saved-table.js';

/** The change of one chain. */
export interface ChainChange {
  declare: Step[];
  steps: Step[];
  added: number;
  removed: number;
  /** Whether rules are written again with the counters that they had. */
  counted: boolean;
}

/** A chain of our own: only what differs is written, or the whole chain where that is less. */
export function planOwnChain(saved: SavedTable, chain: string, wanted: readonly string[]): ChainChange {
  const present = saved.chains.get(chain)?.rules;
  if (present !== undefined && sameTexts(present, wanted))
    return { declare: [], steps: [], counted: false, added: 0, removed: 0 };
  if (present === undefined) return newChain(chain, wanted);
  const merged = mergeOwnChain(present, wanted);
  const counts = countChanges(present, merged);
  // Many single changes cost more than the whole chain.
  if (counts.added + counts.removed <= wanted.length / 2 + 1) {
    const steps = editChain(chain, present, merged);
    if (steps.length <= wanted.length / 2 + 1) return { declare: [], steps, counted: false, ...counts };
  }
  return {
    declare: [{ do: 'declare', chain, isNew: false }],
    steps: merged.map(({ text, counters }): Step => ({ do: 'append', chain, text, counters })),
    counted: merged.some(({ from }) => from !== undefined),
    ...counts,
  };
}

/** Where nothing is, nothing has to be compared. */
function newChain(chain: string, texts: readonly string[]): ChainChange {
  return {
    declare: [{ do: 'declare', chain, isNew: true }],
    steps: texts.length === 0 ? [] : [{ do: 'fill', chain, texts }],
    added: texts.length,
    removed: 0,
    counted: false,
  };
}

/** A chain that is not ours alone: single rules are deleted and inserted, everything else stays. */
export function planSharedChain(
  chain: string,
  present: readonly SavedRule[],
  merged: readonly MergedRule[],
): ChainChange {
  const steps = editChain(chain, present, merged);
  return { declare: [], steps, counted: false, ...countChanges(present, merged) };
}

function countChanges(
  present: readonly SavedRule[],
  merged: readonly MergedRule[],
): { added: number; removed: number } {
  const added = merged.filter(({ from }) => from === undefined).length;
  return { added, removed: present.length - (merged.length - added) };
}

function sameTexts(rules: readonly SavedRule[], texts: readonly string[]): boolean {
  return rules.length === texts.length && rules.every(({ text }, index) => text === texts[index]);
}
