import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ApplyResult, nothingApplied, type OperationOptions } from 'netdev-core';
import type { HostLocks } from 'netdev-exec';
import type { FamilyPatch } from './book/book-change.js';
import type { PlacedGroup, RuleBook } from './book/rule-book.js';
import type { Finding } from './diagnose/finding.js';
import type { IptablesManager } from './iptables/manager.js';
import type { Place, Places } from './places.js';
import type { RuleComparer, RulePatcher, RuleState } from './rule-state.js';
import type { SetBook } from './sets/set-book.js';
import type { SetState, WriteWithSets } from './sets/set-state.js';
import { countMembers, type SetChange } from './sets/set-step.js';
import { RefusedError } from './tools/kernel-rules.js';
import type { Wish } from './wish.js';
import { stageWishes } from './wishes.js';

/** Two that change rules at a time could each undo what the other did since it looked. */
const LOCK = 'iptables';

/** Raw tables, and whether they are wanted in the kernel. */
export interface RawUse {
  readonly tables: IptablesManager;
  inUse: boolean;
}

/** A group of that key, or none any more. */
export type GroupChange = readonly [key: string, group: PlacedGroup | undefined];

/** What a writer works with. */
export interface WriterParts {
  book: RuleBook;
  setBook: SetBook;
  raw: RawUse;
  places: Places;
  state: RuleState;
  patcher: RulePatcher & RuleComparer;
  setState: SetState;
  locks: HostLocks;
  /** Is told of what was written. */
  tell(written: Pick<WriteWithSets, 'changes' | 'sets'>): void;
}

/** Brings the kernel from what it has to what groups and raw tables want. */
export interface ChangeWriter {
  /** Whether the kernel is known to have what was wanted last. */
  readonly inStep: boolean;
  /** Is told of all that a group becomes, so that nothing is left to be filed when all are written for the first time. */
  foresee(...[key, group]: GroupChange): void;
  /**
   * Writes what groups became.
   *
   * @param look `fresh` to look at all that the kernel has first; `known` writes the change alone where that is enough
   */
  write(
    groups: readonly GroupChange[],
    look: 'known' | 'fresh',
    options?: OperationOptions,
  ): Promise<ApplyResult>;
  /** What somebody else did to what was written. */
  findDrift(options?: OperationOptions): Promise<Finding[]>;
}

export function createChangeWriter({
  book,
  setBook,
  raw,
  places,
  state,
  patcher,
  setState,
  locks,
  tell,
}: WriterParts): ChangeWriter {
  let inStep = false;
  let hasBegun = false;

  const file = (...[key, group]: GroupChange): void => {
    book.put(key, group);
    setBook.put(key, group);
  };

  const wanted = (): readonly Place[] => places.of(book.places());
  const wishesAt = (where: readonly Place[]): Wish[] =>
    stageWishes({ book, raw: raw.tables, rawInUse: raw.inUse, places: where });

  /** Programs read the kernel's sets and rules at the same time, and while it is worked out what is wished. */
  const writeAll = async (look: 'known' | 'fresh', options?: OperationOptions): Promise<WriteWithSets> => {
    const where = wanted();
    const planningSets = setState.plan(options);
    // It is thrown below, where it is waited for.
    planningSets.catch(() => {});
    const ahead = state.lookAhead?.(where, look, options);
    await nextTurn();
    const wishes = wishesAt(where);
    const sets = await planningSets;
    return setState.around(sets, () => state.write(wishes, look, { ...options, ahead }), options);
  };

  /** What somebody else changed meanwhile shows in that the kernel refuses: then all is looked at. */
  const writePatches = async (
    patches: readonly FamilyPatch[],
    sets: SetChange,
    options?: OperationOptions,
  ): Promise<WriteWithSets> => {
    try {
      return await setState.around(sets, () => patcher.patch(patches, options), options);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return writeAll('fresh', options);
    }
  };

  /** Until a change is through, nobody knows what the kernel has. */
  const locked = async (
    work: () => Promise<WriteWithSets>,
    options?: OperationOptions,
  ): Promise<ApplyResult> => {
    inStep = false;
    const { changes, sets, ...result } = await locks.hold(LOCK, work, options);
    inStep = true;
    tell({ changes, sets });
    return result;
  };

  return {
    get inStep() {
      return inStep;
    },

    foresee(key, group) {
      // Later on the books have what the kernel has, or what is on its way there.
      if (!hasBegun) file(key, group);
    },

    async write(groups, look, options) {
      const isForeseen = !hasBegun;
      hasBegun = true;
      if (!inStep || look === 'fresh' || raw.inUse) {
        if (!isForeseen) for (const [key, group] of groups) file(key, group);
        return locked(() => writeAll(look, options), options);
      }
      const { reframed, patches } = book.change(groups);
      const sets = setBook.change(groups);
      if (reframed) return locked(() => writeAll(look, options), options);
      if (patches.length + sets.before.length + sets.after.length === 0) return nothingApplied;
      return locked(() => writePatches(patches, sets, options), options);
    },

    async findDrift(options) {
      const rules = await patcher.compare(wishesAt(wanted()), options);
      const members = countMembers(await setState.plan(options));
      const [added, removed] = [rules.added + members.added, rules.removed + members.removed];
      if (added + removed === 0) return [];
      return [
        {
          code: 'not-as-applied',
          stops: 'certainly',
          detail: `somebody changed our rules: ${added} are missing, ${removed} are too many`,
          fix: 'reconcile()',
        },
      ];
    },
  };
}
