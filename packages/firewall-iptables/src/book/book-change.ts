import { isDropChain } from '../intents/drop-logging.js';
import { isOfFrame } from '../intents/frame.js';
import type { ChainRef } from '../intents/rendered-rule.js';
import type { Step, TablePlan } from '../ruleset/plan.js';
import { type Family, families } from '../tools/family.js';
import type { PageEdit } from './paged-chain.js';

/** The steps of one family, and those that take them back. */
export interface FamilyPatch {
  family: Family;
  plans: TablePlan[];
  back: TablePlan[];
  /** The chain that one is a page of, by their names in the kernel. */
  wholeOf(chain: string): string;
}

/** What changed in a book. */
export interface BookChange {
  /**
   * Whether a chain of the frame or one with rules of no group came or went: the rules that lead to it are in chains of
   * others or in other chains of the frame, and those in it are nobody's, so steps know nothing of them.
   */
  reframed: boolean;
  patches: FamilyPatch[];
}

/** Collects what is changed in a book, in its order. */
export interface ChangeLog {
  /** Is to be told of a chain before the first change that can make it come or go. */
  note(ref: ChainRef): void;
  add(ref: ChainRef, edit: Omit<PageEdit, 'chain'>): void;
  close(): BookChange;
}

interface TableLog {
  family: Family;
  table: string;
  /** The chains that were touched, and whether they were there before. */
  touched: Map<string, { ref: ChainRef; before: boolean }>;
  edits: PageEdit[];
}

/** What has to be known of the book that is changed. */
export interface ChangedBook extends Pick<FamilyPatch, 'wholeOf'> {
  /** A chain's name there. */
  inKernel(chain: string): string;
  /** Whether a chain is in the book now. */
  isThere(ref: ChainRef): boolean;
}

export function createChangeLog({ inKernel, isThere, wholeOf }: ChangedBook): ChangeLog {
  const logs = new Map<string, TableLog>();
  const logOf = ({ family, table }: ChainRef): TableLog => {
    const place = `${family} ${table}`;
    const log = logs.get(place) ?? { family, table, touched: new Map(), edits: [] };
    logs.set(place, log);
    return log;
  };
  const note: ChangeLog['note'] = (ref) => {
    const { touched } = logOf(ref);
    if (!touched.has(ref.chain)) touched.set(ref.chain, { ref, before: isThere(ref) });
  };
  return {
    note,
    add(ref, edit) {
      note(ref);
      logOf(ref).edits.push({ chain: ref.chain, ...edit });
    },
    close() {
      const plans = [...logs.values()].map((log) => planTable(log, inKernel, isThere));
      return {
        reframed: plans.some(({ reframed }) => reframed),
        patches: families.flatMap((family): FamilyPatch[] => {
          const ofFamily = plans.filter((plan) => plan.family === family && plan.forth.steps.length > 0);
          if (ofFamily.length === 0) return [];
          const steps = { plans: ofFamily.map(({ forth }) => forth), back: ofFamily.map(({ back }) => back) };
          return [{ family, ...steps, wholeOf }];
        }),
      };
    },
  };
}

function planTable(
  { family, table, touched, edits }: TableLog,
  inKernel: ChangedBook['inKernel'],
  isThere: ChangedBook['isThere'],
): { family: Family; reframed: boolean; forth: TablePlan; back: TablePlan } {
  const chains = [...touched].map(([name, { ref, before }]) => ({ name, before, after: isThere(ref) }));
  const came = chains.filter(({ before, after }) => after && !before);
  const went = chains.filter(({ before, after }) => before && !after);
  const there = new Set(chains.filter(({ after }) => after).map(({ name }) => name));
  const was = new Set(chains.filter(({ before }) => before).map(({ name }) => name));
  const written = edits.filter(({ chain }) => there.has(chain) || was.has(chain));
  const added = written.reduce((sum, { edit }) => sum + edit.added, 0);
  const removed = written.reduce((sum, { edit }) => sum + edit.removed, 0);
  const plan = { table, needsFreshLook: written.some(({ moves }) => moves) };
  return {
    family,
    reframed: [...came, ...went].some(({ name }) => isOfFrame(name) || isDropChain(name)),
    forth: {
      ...plan,
      added,
      removed,
      steps: [
        ...came.map(({ name }): Step => ({ do: 'declare', chain: inKernel(name), isNew: true })),
        ...written.filter(({ chain }) => there.has(chain)).flatMap(({ edit }) => edit.steps),
        ...removal(went.map(({ name }) => inKernel(name))),
      ],
    },
    back: {
      ...plan,
      added: removed,
      removed: added,
      steps: [
        ...went.map(({ name }): Step => ({ do: 'declare', chain: inKernel(name), isNew: true })),
        ...written
          .filter(({ chain }) => was.has(chain))
          .reverse()
          .flatMap(({ edit }) => edit.back),
        ...removal(came.map(({ name }) => inKernel(name))),
      ],
    },
  };
}

/** A chain is removed when it is empty and none leads to it, which may be one that goes too. */
function removal(chains: readonly string[]): Step[] {
  return [
    ...chains.map((chain): Step => ({ do: 'declare', chain, isNew: false })),
    ...chains.map((chain): Step => ({ do: 'remove-chain', chain })),
  ];
}
