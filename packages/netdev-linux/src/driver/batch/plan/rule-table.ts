import type { ParsedRoutingRuleSpec, RoutingRule } from 'netdev-core';
import type { RuleMessage } from '../../../netlink/index.js';
import { ruleFromMessage } from '../../rule-codec.js';

/** The rules of the routing policy, as they will be when what was planned has been carried out. */
export interface RuleTable {
  /** The first with these conditions that matches, in the kernel's order. `unsure`: the kernel chose its priority. */
  find(
    spec: ParsedRoutingRuleSpec,
    matches: (rule: RoutingRule) => boolean,
  ): RoutingRule | 'unsure' | undefined;
  put(spec: ParsedRoutingRuleSpec, message: RuleMessage): void;
  remove(rule: RoutingRule): void;
}

export function ruleTable(rules: readonly RoutingRule[]): RuleTable {
  const byConditions = new Map<string, RoutingRule[]>();
  const unsure = new Set<string>();
  const listOf = (rule: RoutingRule | ParsedRoutingRuleSpec): RoutingRule[] => {
    const key = conditionsOf(rule);
    const list = byConditions.get(key) ?? [];
    byConditions.set(key, list);
    return list;
  };
  for (const rule of rules) listOf(rule).push(rule);
  return {
    find: (spec, matches) => (unsure.has(conditionsOf(spec)) ? 'unsure' : listOf(spec).find(matches)),
    put: (spec, message) => {
      const rule = ruleFromMessage(message);
      if (rule === undefined || spec.priority === undefined) {
        unsure.add(conditionsOf(spec));
        return;
      }
      const list = listOf(spec);
      const behind = list.findIndex(({ priority }) => priority > rule.priority);
      list.splice(behind === -1 ? list.length : behind, 0, rule);
    },
    remove: (rule) => {
      const list = listOf(rule);
      list.splice(list.indexOf(rule), 1);
    },
  };
}

/** What has to be the same in a rule that is asked for (isRoutingRule of netdev-core), but for its priority. */
function conditionsOf(rule: RoutingRule | ParsedRoutingRuleSpec): string {
  const { family, action, table, from, to, mark, markMask, inputLink, outputLink, inverted } = rule;
  return JSON.stringify([family, action, table, from, to, mark, markMask, inputLink, outputLink, inverted]);
}
