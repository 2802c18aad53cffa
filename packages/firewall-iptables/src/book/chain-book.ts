import { editChain } from '../ruleset/edit-chain.js';
import { mergeOwnChain } from '../ruleset/merge-chain.js';
import type { Step } from '../ruleset/plan.js';
import { createCountedOrder } from './counted-order.js';

/** A change of one chain: the steps, and those that take it back, each in the order in which they are done. */
export interface ChainEdit {
  steps: Step[];
  back: Step[];
  /** Rules that are new, and rules that go. */
  added: number;
  removed: number;
}

/** The rules that one of our own chains is to have, by the place of the group that each belongs to. */
export interface ChainBook {
  /** How many rules it has. */
  readonly size: number;
  /** The rules in their order. */
  texts(): string[];
  /** Gives a place other rules; none takes it out. */
  put(place: number, texts: readonly string[]): void;
  /** The same, with the steps for a kernel that has what is in the book. */
  edit(place: number, texts: readonly string[]): ChainEdit;
}

/**
 * A chain whose rules are changed a few at a time: what a change costs depends on the change, and not on how many rules
 * there are.
 *
 * @param chain its name in the kernel
 */
export function createChainBook(chain: string): ChainBook {
  const entries = new Map<number, readonly string[]>();
  const order = createCountedOrder();
  /** How often a text is there, where it is more than once: its first is not always the one that is meant. */
  const occurrences = new Map<string, number>();

  const count = (text: string, change: number): void => {
    const now = (occurrences.get(text) ?? 0) + change;
    if (now === 0) occurrences.delete(text);
    else occurrences.set(text, now);
  };

  /** The steps to what is to stand at a place, where so many rules are before it. */
  const stepsBetween = (
    before: number,
    present: readonly string[],
    wanted: readonly string[],
  ): Omit<ChainEdit, 'back'> => {
    const saved = present.map((text) => ({ text, counters: undefined }));
    const merged = mergeOwnChain(saved, wanted);
    const added = merged.filter(({ from }) => from === undefined).length;
    let length = order.total;
    const steps = editChain(chain, saved, merged).map((step): Step => {
      if (step.do === 'delete') {
        length -= 1;
        const place = step.position ?? present.indexOf(step.text) + 1;
        const isOnly = occurrences.get(step.text) === 1;
        return { ...step, position: isOnly ? undefined : before + place };
      }
      if (step.do !== 'insert') return step;
      length += 1;
      const position = before + step.position;
      if (position < length) return { ...step, position };
      return { do: 'append', chain, text: step.text, counters: undefined };
    });
    return { steps, added, removed: present.length - (merged.length - added) };
  };

  const put: ChainBook['put'] = (place, texts) => {
    for (const text of entries.get(place) ?? []) count(text, -1);
    for (const text of texts) count(text, 1);
    order.set(place, texts.length);
    if (texts.length === 0) entries.delete(place);
    else entries.set(place, texts);
  };

  return {
    get size() {
      return order.total;
    },
    texts() {
      const all: string[] = [];
      for (const place of order.keys()) for (const text of entries.get(place) ?? []) all.push(text);
      return all;
    },
    put,
    edit(place, texts) {
      const present = entries.get(place) ?? [];
      const before = order.before(place);
      const forth = stepsBetween(before, present, texts);
      put(place, texts);
      return { ...forth, back: stepsBetween(before, texts, present).steps };
    },
  };
}
