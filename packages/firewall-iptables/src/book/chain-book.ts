import { editChain } from '../ruleset/edit-chain.js';
import { mergeOwnChain } from '../ruleset/merge-chain.js';
import type { Step } from '../ruleset/plan.js';
import { lowerBound } from './lower-bound.js';

/** A change of one chain: the steps, and those that take it back, each in the order in which they are done. */
export interface ChainEdit {
  steps: Step[];
  back: Step[];
  /** Rules that are new, and rules that go. */
  added: number;
  removed: number;
}

/** The rules that belong to one position, in their order; none takes them out. */
export type ChainEntry = readonly [position: number, texts: readonly string[]];

/** The rules that one of our own chains is to have, by the position of the group that each belongs to. */
export interface ChainBook {
  /** How many rules it has. */
  readonly size: number;
  /** The rules in their order. */
  texts(): string[];
  /** What is at a position and behind it, but before the end. */
  between(start: number, end: number): ChainEntry[];
  /** Gives a position other rules. */
  put(entry: ChainEntry): void;
  /** The same for several, with the steps for a kernel that has what is in the book. */
  edit(entries: readonly ChainEntry[]): ChainEdit;
}

/**
 * A chain whose rules are changed a few at a time.
 *
 * @param chain its name in the kernel
 */
export function createChainBook(chain: string): ChainBook {
  const positions: number[] = [];
  const textsAt: (readonly string[])[] = [];
  let size = 0;

  const indexOf = (position: number): number => {
    // Most come last.
    if (position > (positions.at(-1) ?? Number.NEGATIVE_INFINITY)) return positions.length;
    return lowerBound(positions.length, (index) => (positions[index] as number) >= position);
  };
  const present = (index: number, position: number): readonly string[] =>
    positions[index] === position ? (textsAt[index] as readonly string[]) : [];

  const put: ChainBook['put'] = ([position, texts]) => {
    const index = indexOf(position);
    const isThere = positions[index] === position;
    size += texts.length - present(index, position).length;
    if (texts.length === 0) {
      if (!isThere) return;
      positions.splice(index, 1);
      textsAt.splice(index, 1);
    } else if (isThere) {
      textsAt[index] = texts;
    } else {
      positions.splice(index, 0, position);
      textsAt.splice(index, 0, texts);
    }
  };

  /** The steps from some rules to others, where so many are before them and texts occur so often in the chain. */
  const stepsBetween = (
    before: number,
    present: readonly string[],
    wanted: readonly string[],
    occurrences: ReadonlyMap<string, number>,
  ): Omit<ChainEdit, 'back'> => {
    const saved = present.map((text) => ({ text, counters: undefined }));
    const merged = mergeOwnChain(saved, wanted);
    const added = merged.filter(({ from }) => from === undefined).length;
    let length = size;
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

  return {
    get size() {
      return size;
    },
    texts() {
      // Several times faster than `flat`, and there are tens of thousands.
      const all: string[] = [];
      for (const texts of textsAt) for (const text of texts) all.push(text);
      return all;
    },
    between(start, end) {
      const first = indexOf(start);
      const entries: ChainEntry[] = [];
      for (let index = first; index < positions.length && (positions[index] as number) < end; index++)
        entries.push([positions[index] as number, textsAt[index] as readonly string[]]);
      return entries;
    },
    put,
    edit(entries) {
      const occurrences = new Map<string, number>();
      const count = (texts: readonly string[], change: number): void => {
        for (const text of texts) occurrences.set(text, (occurrences.get(text) ?? 0) + change);
      };
      for (const texts of textsAt) count(texts, 1);
      const edits = entries.map(([position, texts]): ChainEdit => {
        const index = indexOf(position);
        const before = textsAt.slice(0, index).reduce((sum, { length }) => sum + length, 0);
        const old = present(index, position);
        const forth = stepsBetween(before, old, texts, occurrences);
        put([position, texts]);
        count(old, -1);
        count(texts, 1);
        return { ...forth, back: stepsBetween(before, texts, old, occurrences).steps };
      });
      return {
        steps: edits.flatMap(({ steps }) => steps),
        back: edits.reverse().flatMap(({ back }) => back),
        added: edits.reduce((sum, { added }) => sum + added, 0),
        removed: edits.reduce((sum, { removed }) => sum + removed, 0),
      };
    },
  };
}
