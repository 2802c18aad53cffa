import { isRoutingRule, specOfRoutingRule } from 'netdev-core';
import { encode, encodeMessage, FIB_RULE, FRA, NLM_F, RTM, U32 } from '../../../netlink/index.js';
import { putU32 } from '../../../netlink/scalar.js';
import { ruleFromMessage } from '../../rule-codec.js';
import type { DumpedRule, HostState } from '../host-state.js';
import type { Touched } from '../touched.js';
import { listDifference } from './list-difference.js';
import { grouped, type Restoring, type RestoringStep } from './restoring.js';

/** Where struct fib_rule_hdr has its flags (linux/fib_rules.h). */
const FLAGS_OFFSET = 8;

/** Puts back the routing rules that are named; those of one priority in their order. */
export function restoreRules(before: HostState, now: HostState, touched: Touched): Restoring {
  const isNamed = ({ message }: DumpedRule): boolean => {
    const rule = ruleFromMessage(message);
    return rule !== undefined && touched.rules.some((spec) => isRoutingRule(rule, spec));
  };
  const was = grouped(before.rules, priorityOf);
  const is = grouped(now.rules, priorityOf);
  const result: Restoring = { off: [], on: [] };
  for (const priority of new Set([...was.keys(), ...is.keys()])) {
    const [old = [], present = []] = [was.get(priority), is.get(priority)];
    if (old.map(identityOf).join() === present.map(identityOf).join()) continue;
    const stayed = new Set(present.map(identityOf));
    // One that is not named and not there any more was taken by somebody else.
    const wanted = old.filter((rule) => stayed.has(identityOf(rule)) || isNamed(rule));
    const { drop, add } = listDifference(wanted, present, identityOf, isNamed);
    result.off.push(...drop.map((rule) => stepOf(rule, 'delete-routing-rule')));
    result.on.push(...add.map((rule) => stepOf(rule, 'add-routing-rule')));
  }
  return result;
}

function stepOf(
  { payload, message }: DumpedRule,
  change: 'add-routing-rule' | 'delete-routing-rule',
): RestoringStep {
  const isNew = change === 'add-routing-rule';
  const flags = NLM_F.REQUEST | NLM_F.ACK | (isNew ? NLM_F.CREATE | NLM_F.EXCL : 0);
  const rule = ruleFromMessage(message);
  const told = rule?.special === undefined && rule !== undefined;
  return {
    what: `routing rule ${message.priority ?? 0}`,
    request: encodeMessage(
      { type: isNew ? RTM.NEWRULE : RTM.DELRULE, flags },
      again(payload, message.priority),
    ),
    told: told ? { do: change, spec: specOfRoutingRule(rule) } : undefined,
  };
}

function priorityOf({ message: { family, priority } }: DumpedRule): string {
  return `${family} ${priority ?? 0}`;
}

function identityOf({ payload, message }: DumpedRule): string {
  return Buffer.from(again(payload, message.priority)).toString('latin1');
}

/** Works on the bytes, so that nothing is lost which the codec does not know. A priority of 0 is not told. */
function again(payload: Uint8Array, priority: number | undefined): Uint8Array {
  const request = new Uint8Array(payload);
  const [flags = 0] = request.subarray(FLAGS_OFFSET);
  putU32(request, FLAGS_OFFSET, flags & FIB_RULE.INVERT);
  if (priority !== undefined) return request;
  return encode((to) => {
    to.bytes(request);
    to.attribute(FRA.PRIORITY, 0, U32.write);
  });
}
