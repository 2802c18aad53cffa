import { isRoutingRule, type NetDevOperation, parseRoutingRuleSpec } from 'netdev-core';
import { ruleAddition, ruleRemoval } from '../../rule-changes.js';
import { type Plan, type Planning, planned } from './plan.js';

export function planRuleAddition(
  { known, touched }: Planning,
  operation: NetDevOperation & { do: 'add-routing-rule' },
): Plan {
  const spec = parseRoutingRuleSpec(operation.spec);
  touched.rules.push(spec);
  const present = known.rules.find(spec, (rule) => isRoutingRule(rule, spec));
  if (present === 'unsure') return 'alone';
  if (present !== undefined) return planned(operation);
  const change = ruleAddition(spec);
  known.rules.put(spec, change.message);
  return planned(operation, change);
}

export function planRuleRemoval(
  { known, touched }: Planning,
  operation: NetDevOperation & { do: 'delete-routing-rule' },
): Plan {
  const spec = parseRoutingRuleSpec(operation.spec);
  touched.rules.push(spec);
  const present = known.rules.find(spec, (rule) => isRoutingRule(rule, spec));
  if (present === 'unsure') return 'alone';
  if (present === undefined) return planned(operation);
  known.rules.remove(present);
  return planned(operation, ruleRemoval(present));
}
