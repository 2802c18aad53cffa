import {
  isRoutingRule,
  type NetDevDriver,
  type ParsedRoutingRuleSpec,
  parseRoutingRuleSpec,
  type RoutingRule,
  specOfRoutingRule,
} from 'netdev-core';
import { type NetworkStack, tell } from '../network-stack.js';
import type { MemorySession } from './session.js';

type Rules = Pick<NetDevDriver, 'listRoutingRules' | 'ensureRoutingRule' | 'deleteRoutingRule'>;

/** Reads and changes the routing policy of one stack. */
export function createMemoryRules({ stack, begin, need, done }: MemorySession): Rules {
  return {
    async listRoutingRules({ family, table } = {}, callOptions) {
      begin('list routing rules', callOptions);
      need('routing-rules', 'list routing rules');
      return stack.rules
        .filter((rule) => family === undefined || rule.family === family)
        .filter((rule) => table === undefined || rule.table === table)
        .map((rule) => ({ ...rule }));
    },

    async ensureRoutingRule(given, callOptions) {
      begin('add routing rule', callOptions);
      const spec = parseRoutingRuleSpec(given);
      need('routing-rules', 'add routing rule');
      const present = stack.rules.find((rule) => isRoutingRule(rule, spec));
      if (present !== undefined) return { changed: false, value: { ...present } };
      const priority = spec.priority ?? freePriority(stack, spec);
      const rule: RoutingRule = { ...spec, priority, protocol: spec.protocol ?? 'static' };
      stack.rules = [...stack.rules, rule].sort(inOrder);
      tell(stack, { type: 'routing-rule-added', rule: { ...rule } });
      done({ do: 'add-routing-rule', spec });
      return { changed: true, value: { ...rule } };
    },

    async deleteRoutingRule(given, callOptions) {
      begin('delete routing rule', callOptions);
      const spec = parseRoutingRuleSpec(given);
      need('routing-rules', 'delete routing rule');
      const present = stack.rules.find((rule) => isRoutingRule(rule, spec));
      if (present === undefined) return false;
      stack.rules = stack.rules.filter((rule) => rule !== present);
      tell(stack, { type: 'routing-rule-removed', rule: present });
      done({ do: 'delete-routing-rule', spec: specOfRoutingRule(present) });
      return true;
    },
  };
}

/** One before the second rule of the family, which follows the one for the host's own addresses (fib_default_rule_pref). */
function freePriority(stack: NetworkStack, { family }: ParsedRoutingRuleSpec): number {
  const second = stack.rules.filter((rule) => rule.family === family)[1];
  return Math.max(0, (second?.priority ?? 0) - 1);
}

function inOrder(one: RoutingRule, other: RoutingRule): number {
  if (one.family !== other.family) return one.family === 'ipv4' ? -1 : 1;
  return one.priority - other.priority;
}
