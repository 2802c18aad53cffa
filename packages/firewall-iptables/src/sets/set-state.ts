import { isNetDevError, type OperationOptions } from 'netdev-core';
import type { WriteResult } from '../rule-state.js';
import type { KernelSets } from './kernel-sets.js';
import { planSets } from './plan-sets.js';
import type { SetBook } from './set-book.js';
import { countMembers, noSetChange, type SetChange } from './set-step.js';

/** What was written, sets included. */
export interface WriteWithSets extends WriteResult {
  sets: SetChange;
}

/** Changes sets around the rules that name them. */
export interface SetState {
  /** What our sets of the kernel are to become, after a look at them. */
  plan(options?: OperationOptions): Promise<SetChange>;
  /** Writes rules, with the sets that they name before and those that they do not name any more after them. */
  around(
    change: SetChange,
    write: () => Promise<WriteResult>,
    options?: OperationOptions,
  ): Promise<WriteWithSets>;
}

/** @param onlyUsed whether the kernel's sets are left alone as long as none was ever wanted */
export function createSetState(
  kernel: KernelSets,
  book: SetBook,
  { owner, onlyUsed }: { owner: string; onlyUsed: boolean },
): SetState {
  const writeOrTakeBack = async (
    { before, back }: SetChange,
    write: () => Promise<WriteResult>,
    options?: OperationOptions,
  ): Promise<WriteResult> => {
    try {
      await kernel.write(before, options);
      return await write();
    } catch (error) {
      // As far as it goes: the next change looks at all of it.
      await kernel.write(back).catch(() => {});
      throw error;
    }
  };

  return {
    async plan(options) {
      if (onlyUsed && !book.wasUsed) return noSetChange;
      const wanted = book.wanted();
      try {
        return planSets(await kernel.read(owner, options), wanted);
      } catch (error) {
        // Where nothing is wanted of sets, neither the program nor the kernel's support has to be there.
        if (wanted.size > 0 || !isNetDevError(error) || error.code === 'ABORTED') throw error;
        return noSetChange;
      }
    },

    async around(change, write, options) {
      const written = await writeOrTakeBack(change, write, options);
      await kernel.destroy(change.after, options);
      const members = countMembers(change);
      return {
        ...written,
        sets: change,
        changed: written.changed || change.before.length + change.after.length > 0,
        added: written.added + members.added,
        removed: written.removed + members.removed,
      };
    },
  };
}
