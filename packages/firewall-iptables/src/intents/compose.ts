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

/** The rules of all groups, by family and table. */
export type ComposedRules = ReadonlyMap<string, readonly GroupRule[]>;

/** Makes rules of groups; what it made of a group it keeps, as long as there is the group. */
export type Composer = (groups: Iterable<IntentGroup>) => ComposedRules;

export function createComposer(owner: string): Composer {
  const made = new WeakMap<IntentGroup, readonly GroupRule[]>();
  const frame = renderForwardFrame().map((rule): GroupRule => ({ ...rule, key: undefined }));
  const rulesOfGroup = (group: IntentGroup): readonly GroupRule[] => {
    const known = made.get(group);
    if (known !== undefined) return known;
    const rules = group.intents.flatMap((intent) =>
      rulesOf(intent, owner).map((rule): GroupRule => ({ ...rule, key: group.key })),
    );
    made.set(group, rules);
    return rules;
  };
  return (groups) => {
    const sorted = [...groups].sort((one, other) => (one.key < other.key ? -1 : 1));
    const all = [frame, ...sorted.map(rulesOfGroup)];
    // Where no policy holds anything up, there is nothing to let through either.
    const isForwarding = all.some((rules) => rules.some(({ chain }) => chain === 'forward'));
    const places = new Map<string, GroupRule[]>();
    for (const rules of all) {
      for (const rule of rules) {
        if (!isForwarding && (rule.chain === 'translated' || rule.chain === 'outbound')) continue;
        const place = `${rule.family} ${rule.table}`;
        const list = places.get(place);
        if (list === undefined) places.set(place, [rule]);
        else list.push(rule);
      }
    }
    return new Map([...places].map(([place, rules]) => [place, byRank(rules)]));
  };
}

/** One table's share of the rules. */
export function wantedTable(
  composed: ComposedRules,
  family: Family,
  table: string,
  owner: string,
): WantedTable {
  const chains = new Map<IntentChain, string[]>();
  for (const { chain, text } of composed.get(`${family} ${table}`) ?? []) {
    const list = chains.get(chain);
    if (list === undefined) chains.set(chain, [text]);
    else list.push(text);
  }
  const guests = new Map<string, GuestRule[]>();
  for (const chain of chains.keys()) {
    const hook = hooks[chain];
    if (hook === undefined) continue;
    guests.set(hook, [...(guests.get(hook) ?? []), { text: `-j ${owner}-${chain}`, top: false }]);
  }
  return {
    table,
    owner,
    chains: new Map([...chains].map(([chain, texts]) => [`${owner}-${chain}`, texts])),
    shared: new Set(),
    guests,
    removals: [],
    released: new Set(),
  };
}

/** In the order of ranks; of one rank in the order of the groups. There are few ranks and many rules. */
function byRank(rules: readonly GroupRule[]): GroupRule[] {
  const ranks = [...new Set(rules.map(({ rank }) => rank))].sort((one, other) => one - other);
  return ranks.length === 1
    ? [...rules]
    : ranks.flatMap((rank) => rules.filter((rule) => rule.rank === rank));
}

function rulesOf(intent: Intent, owner: string): RenderedRule[] {
  return intent.kind === 'forward-policy' ? renderForwardPolicy(intent, owner) : renderIntent(intent);
}
