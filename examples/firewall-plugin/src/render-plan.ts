import type { Element } from './entry.js';
import type { TablePlan } from './plan.js';

/**
 * The commands of a plan for `nft -f -`, which takes all of them or none (nft(8), ATOMIC RULESET REPLACEMENT): first
 * what others refer to, last what nothing refers to any more.
 */
export function renderPlan(plan: TablePlan, tableName: string): string[] {
  const table = `${plan.table} ${tableName}`;
  if (plan.drops) return [`delete table ${table}`];
  return [
    ...(plan.makes ? [`add table ${table}`] : []),
    ...plan.newChains.map(({ name, hook }) =>
      hook === undefined ? `add chain ${table} ${name}` : `add chain ${table} ${name} { ${hook}; }`,
    ),
    ...plan.newLookups.map(
      ({ kind, name, type }) => `add ${kind} ${table} ${name} { typeof ${type}; counter; }`,
    ),
    ...[...plan.rewritten.map(({ chain }) => chain), ...plan.goneChains].map(
      (chain) => `flush chain ${table} ${chain}`,
    ),
    ...plan.removed.map(({ set, elements }) => `delete element ${table} ${set} { ${keys(elements)} }`),
    ...plan.added.map(({ set, elements }) => `add element ${table} ${set} { ${pairs(elements)} }`),
    ...plan.rewritten.flatMap(({ chain, rules }) =>
      rules.map(({ text, mark }) => `add rule ${table} ${chain} ${text} comment "${mark}"`),
    ),
    ...plan.goneSets.map((set) => `delete set ${table} ${set}`),
    ...plan.goneChains.map((chain) => `delete chain ${table} ${chain}`),
  ];
}

function keys(elements: readonly Element[]): string {
  return elements.map(({ key }) => key).join(', ');
}

function pairs(elements: readonly Element[]): string {
  return elements.map(({ key, value }) => (value === '' ? key : `${key} : ${value}`)).join(', ');
}
