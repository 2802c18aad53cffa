import type { PlacedGroup } from '../book/rule-book.js';
import type { SetUse } from '../intents/rendering.js';
import { type MemberSet, type SetChange, type SetFamily, type SetStep, stepsBack } from './set-step.js';

/**
 * The members of all sets, counted: two groups may put the same one into a set. A set exists as long as a rule names it.
 * What it costs to find the steps for a change depends on what changed, unless a set comes or goes.
 */
export interface SetBook {
  /** Adds a group, replaces it, or with `undefined` takes it out. */
  put(key: string, group: PlacedGroup | undefined): void;
  /** The same for several, as steps for a kernel that has what is in the book. */
  change(groups: Iterable<readonly [key: string, group: PlacedGroup | undefined]>): SetChange;
  /** The sets that are to exist, by their names in the kernel. */
  wanted(): Map<string, MemberSet>;
  /** Whether any set was ever wanted. */
  readonly wasUsed: boolean;
}

interface CountedSet {
  family: SetFamily;
  /** How many uses need it. */
  needs: number;
  members: Map<string, number>;
}

/** What there was before a change. */
interface Before {
  existed: boolean;
  members: Map<string, boolean>;
}

const none: readonly SetUse[] = [];

/** @param owner the mark that the names of the sets begin with */
export function createSetBook(owner: string): SetBook {
  const sets = new Map<string, CountedSet>();
  const uses = new Map<string, readonly SetUse[]>();
  let wasUsed = false;

  const count = (use: SetUse, change: 1 | -1, log?: Map<string, Before>): void => {
    const name = `${owner}:${use.name}`;
    const set = sets.get(name) ?? { family: use.family, needs: 0, members: new Map<string, number>() };
    sets.set(name, set);
    const before = log?.get(name) ?? { existed: set.needs > 0, members: new Map<string, boolean>() };
    log?.set(name, before);
    if (use.isNeeded) set.needs += change;
    wasUsed ||= set.needs > 0;
    for (const member of use.members) {
      const times = set.members.get(member) ?? 0;
      if (!before.members.has(member)) before.members.set(member, times > 0);
      if (times + change === 0) set.members.delete(member);
      else set.members.set(member, times + change);
    }
    if (set.needs === 0 && set.members.size === 0) sets.delete(name);
  };

  const put = (key: string, group: PlacedGroup | undefined, log?: Map<string, Before>): void => {
    const before = uses.get(key) ?? none;
    const after = group?.rendered.sets ?? none;
    if (before === after) return;
    for (const use of before) count(use, -1, log);
    for (const use of after) count(use, 1, log);
    if (after.length === 0) uses.delete(key);
    else uses.set(key, after);
  };

  return {
    put: (key, group) => put(key, group),

    change(changed) {
      const log = new Map<string, Before>();
      for (const [key, group] of changed) put(key, group, log);
      const added: SetStep[] = [];
      const deleted: SetStep[] = [];
      const after: SetStep[] = [];
      for (const [name, { existed, members }] of log) {
        const set = sets.get(name);
        const exists = (set?.needs ?? 0) > 0;
        if (set !== undefined && exists && !existed) {
          added.push({ do: 'create', set: name, family: set.family });
          for (const member of set.members.keys()) added.push({ do: 'add', set: name, member });
        } else if (exists) {
          for (const [member, wasThere] of members) {
            const isThere = set?.members.has(member) === true;
            if (isThere && !wasThere) added.push({ do: 'add', set: name, member });
            if (!isThere && wasThere) deleted.push({ do: 'delete', set: name, member });
          }
        } else if (existed) {
          const left = [...(set?.members.keys() ?? [])].filter((member) => !members.has(member)).length;
          const gone = [...members.values()].filter((wasThere) => wasThere).length;
          after.push({ do: 'destroy', set: name, members: left + gone });
        }
      }
      const before = [...added, ...deleted];
      return { before, back: stepsBack(before), after };
    },

    wanted: () =>
      new Map(
        [...sets]
          .filter(([, { needs }]) => needs > 0)
          .map(([name, { family, members }]) => [name, { family, members: new Set(members.keys()) }]),
      ),

    get wasUsed() {
      return wasUsed;
    },
  };
}
