import type { Intent, IntentGroup } from 'netdev-core';
import type { WantedTable } from '../ruleset/wanted-table.js';
import type { Family } from '../tools/family.js';
import { renderForwardFrame, renderForwardPolicy } from './render-forwarding.js';
import { renderIntent } from './render-intent.js';
import type { IntentChain, RenderedRule } from './rendered-rule.js';

/** A rule with the key of the group that it belongs to; none for what stands once for all groups. */
export interface GroupRule extends RenderedRule {
  key: string | undefined;
}

/** Where each chain hangs: the built-in chain that jumps to it. `outbound` is reached from `forward`. */
const hooks: Readonly<Record<IntentChain, string | undefined>> = {
  input: 'INPUT',
  forward: 'FORWARD',
  outbound: undefined,
  prerouting: 'PREROUTING',
  output: 'OUTPUT',
  postrouting: 'POSTROUTING',
  'frames-in': 'INPUT',
  'frames-fwd': 'FORWARD',
  'frames-out': 'OUTPUT',
};

const chainNames = Object.keys(hooks) as IntentChain[];

/** A table of a family. */
export interface Place {
  family: Family;
  table: string;
}

/** The tables that intents are rendered into. */
export const intentTables: readonly Place[] = [
  { family: 'ipv4', table: 'filter' },
  { family: 'ipv4', table: 'nat' },
  { family: 'ipv6', table: 'filter' },
  { family: 'ipv6', table: 'nat' },
  { family: 'bridge', table: 'filter' },
];

/** The rules of all groups, in an order that depends on the groups alone and not on when they were put. */
export function composeRules(groups: readonly IntentGroup[], owner: string): GroupRule[] {
  const sorted = [...groups].sort((one, other) => (one.key < other.key ? -1 : 1));
  const rules = sorted.flatMap(({ key, intents }) =>
    intents.flatMap((intent) => rulesOf(intent, owner).map((rule): GroupRule => ({ ...rule, key }))),
  );
  const forwarding = rules.some(({ chain }) => chain === 'forward' || chain === 'outbound');
  const frame = forwarding
    ? renderForwardFrame().map((rule): GroupRule => ({ ...rule, key: undefined }))
    : [];
  return [...frame, ...rules].sort((one, other) => one.rank - other.rank);
}

/** One table's share of the rules. */
export function wantedTable(
  rules: readonly GroupRule[],
  family: Family,
  table: string,
  owner: string,
): WantedTable {
  const own = new Set(chainNames.map((chain) => `${owner}-${chain}`));
  const chains = new Map<string, string[]>();
  const front = new Map<string, string[]>();
  for (const rule of rules) {
    if (rule.family !== family || rule.table !== table) continue;
    const name = `${owner}-${rule.chain}`;
    const chain = chains.get(name);
    if (chain !== undefined) {
      chain.push(rule.text);
      continue;
    }
    chains.set(name, [rule.text]);
    const hook = hooks[rule.chain];
    if (hook !== undefined) front.set(hook, [...(front.get(hook) ?? []), `-j ${name}`]);
  }
  return { table, chains, front, removals: [], isOwn: (chain) => own.has(chain) };
}

function rulesOf(intent: Intent, owner: string): RenderedRule[] {
  return intent.kind === 'forward-policy' ? renderForwardPolicy(intent, owner) : renderIntent(intent);
}
