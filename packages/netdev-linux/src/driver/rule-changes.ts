import { type ParsedRoutingRuleSpec, type RoutingRule, specOfRoutingRule } from 'netdev-core';
import { encodeMessage, encodeRule, NLM_F, RTM, type RuleMessage } from '../netlink/index.js';
import type { Change } from './change.js';
import { ruleToMessage } from './rule-codec.js';

/** Makes a rule that is not there. */
export function ruleAddition(spec: ParsedRoutingRuleSpec): Change & { message: RuleMessage } {
  const message = ruleToMessage(spec);
  const flags = NLM_F.REQUEST | NLM_F.ACK | NLM_F.CREATE | NLM_F.EXCL;
  return {
    attempt: { operation: 'add routing rule', object: textOf(spec) },
    request: encodeMessage({ type: RTM.NEWRULE, flags }, encodeRule(message)),
    accept: [],
    told: { do: 'add-routing-rule', spec },
    message,
  };
}

/** Deletes a rule that is there. */
export function ruleRemoval(present: RoutingRule): Change {
  const spec = specOfRoutingRule(present);
  const payload = encodeRule(ruleToMessage(spec));
  return {
    attempt: { operation: 'delete routing rule', object: textOf(spec) },
    request: encodeMessage({ type: RTM.DELRULE, flags: NLM_F.REQUEST | NLM_F.ACK }, payload),
    // It went by itself meanwhile.
    accept: ['ENOENT'],
    told: { do: 'delete-routing-rule', spec },
  };
}

/** What it is about, for an error. */
function textOf({ from, to, table, action }: ParsedRoutingRuleSpec): string {
  const way = `from ${from ?? 'all'}${to === undefined ? '' : ` to ${to}`}`;
  return `${way} ${action}${table === undefined ? '' : ` ${table}`}`;
}
