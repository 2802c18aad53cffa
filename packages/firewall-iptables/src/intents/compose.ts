import type { Intent, IntentGroup } from 'netdev-core';
import type { GuestRule, WantedTable } from '../ruleset/wanted-table.js';
import type { Family } from '../tools/family.js';
import { renderForwardFrame, renderForwardPolicy } from './render-forwarding.js';
import { renderIntent } from './render-intent.js';
import type { IntentChain, RenderedRule } from './rendered-rule.js';

/** A rule with the key of the group that it belongs to; none for what stands once for all groups. */
export interface GroupRule extends RenderedRule {
  key: string | undefined;
}

/** Where each chain hangs: the built-in chain that jumps to it. `outbound` and `translated` are reached from `forward`. */
const hooks: Readonly<Record<IntentChain, string | undefined>> = {
  input: 'INPUT',
  forward: 'FORWARD',
  outbound: undefined,
  translated: undefined,
  prerouting: 'PREROUTING',
  output: 'OUTPUT',
  postrouting: 'POSTROUTING',
  'frames-in': 'INPUT',
  'frames-fwd': 'FORWARD',
  'frames-out': 'OUTPUT',
};

/** The rules of all groups, in an order that depends on the groups alone and not on when they were put. */
export function composeRules(groups: readonly IntentGroup[], owner: string): GroupRule[] {
  const sorted = [...groups].sort((one, other) => (one.key < other.key ? -1 : 1));
  const rules = sorted.flatMap(({ key, intents }) =>
    intents.flatMap((intent) => rulesOf(intent, owner).map((rule): GroupRule => ({ ...rule, key }))),
  );
  const isForwarding = rules.some(({ chain }) => chain === 'forward');
  const frame = renderForwardFrame().map((rule): GroupRule => ({ ...rule, key: undefined }));
  // Where no policy holds anything up, there is nothing to let through either.
  const needed = isForwarding ? [...frame, ...rules] : rules.filter(({ chain }) => chain !== 'translated');
  return needed.sort((one, other) => one.rank - other.rank);
}

/** One table's share of the rules. */
export function wantedTable(
  rules: readonly GroupRule[],
  family: Family,
  table: string,
  owner: string,
): WantedTable {
  const chains = new Map<string, string[]>();
  const guests = new Map<string, GuestRule[]>();
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
    if (hook !== undefined)
      guests.set(hook, [...(guests.get(hook) ?? []), { text: `-j ${name}`, top: false }]);
  }
  return { table, owner, chains, shared: new Set(), guests, removals: [], released: new Set() };
}

function rulesOf(intent: Intent, owner: string): RenderedRule[] {
  return intent.kind === 'forward-policy' ? renderForwardPolicy(intent, owner) : renderIntent(intent);
}
