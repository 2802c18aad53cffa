import type { RuleBook } from './book/rule-book.js';
import type { IptablesManager } from './iptables/manager.js';
import type { StagedTable } from './iptables/table.js';
import { planKept } from './kept-faults/plan-kept.js';
import type { Place } from './places.js';
import { combineTables } from './ruleset/combine.js';
import { isEmpty, type WantedTable } from './ruleset/wanted-table.js';
import type { Family } from './tools/family.js';
import { type Wish, wishFor } from './wish.js';

/** What is to be written. */
export interface WishSource {
  book: RuleBook;
  raw: IptablesManager;
  rawInUse: boolean;
  places: readonly Place[];
}

/** What the tables are to hold: raw rules before those of intents. */
export function stageWishes({ book, raw, rawInUse, places }: WishSource): Wish[] {
  const staged = new Map<string, StagedTable>();
  for (const { family, table } of raw.tables()) staged.set(`${family} ${table.name}`, table.stage());
  return places.map(({ family, table }): Wish => {
    const ofIntents = book.wanted(family, table);
    const ofRaw = staged.get(`${family} ${table}`);
    if (ofRaw === undefined) return wishFor(family, ofIntents);
    if (!rawInUse) return wishFor(family, combineTables(goneOf(ofRaw.wanted), ofIntents));
    const wanted = combineTables(ofRaw.wanted, ofIntents);
    return raw.faults === 'keep' ? keptWish(family, wanted, ofRaw) : wishFor(family, wanted, ofRaw.done);
  });
}

function keptWish(family: Family, wanted: WantedTable, { done }: StagedTable): Wish {
  let found: ReadonlySet<number> = new Set();
  return {
    family,
    table: wanted.table,
    isEmpty: isEmpty(wanted),
    plan: (before) => {
      const kept = planKept(before, wanted);
      found = kept.found;
      return kept.plan;
    },
    done: () => done(found),
  };
}

/** Raw tables that are not used leave nothing behind, of this run or of an earlier one. */
function goneOf(raw: WantedTable): WantedTable {
  return {
    ...raw,
    chains: new Map(),
    guests: new Map(),
    jumps: new Map(),
    shared: new Set(),
    released: new Set([...raw.released, ...raw.shared]),
  };
}
