import {
  type IpFamily,
  isRoutingRule,
  type NetDevDriver,
  type NetDevOperation,
  type OperationOptions,
  type ParsedRoutingRuleSpec,
  PlatformError,
  parseRoutingRuleSpec,
  type RoutingRule,
} from 'netdev-core';
import { decodeRule, encodeRule, RTM } from '../netlink/index.js';
import { addressFamily } from './address-codec.js';
import { carryOut } from './change.js';
import { ruleAddition, ruleRemoval } from './rule-changes.js';
import { ruleFromMessage } from './rule-codec.js';
import type { Session } from './session.js';

type Rules = Pick<NetDevDriver, 'listRoutingRules' | 'ensureRoutingRule' | 'deleteRoutingRule'>;

/** Reads and changes the routing policy of one namespace. */
export function createRules(session: Session, done: (operation: NetDevOperation) => void): Rules {
  const list = async (family: IpFamily | undefined, options?: OperationOptions): Promise<RoutingRule[]> => {
    const request = encodeRule({
      ...{ family: family === undefined ? 0 : addressFamily(family), destinationLength: 0, sourceLength: 0 },
      ...{ tos: 0, table: 0, action: 0, flags: 0 },
    });
    const attempt = { operation: 'list', object: 'routing rules' };
    const messages = await session.dump(RTM.GETRULE, request, decodeRule, attempt, options);
    return messages.flatMap((message) => ruleFromMessage(message) ?? []);
  };

  const find = async (spec: ParsedRoutingRuleSpec, options?: OperationOptions) =>
    (await list(spec.family, options)).find((rule) => isRoutingRule(rule, spec));

  return {
    async listRoutingRules({ family, table } = {}, options) {
      const rules = await list(family, options);
      return rules.filter((rule) => table === undefined || rule.table === table);
    },

    async ensureRoutingRule(given, options) {
      const spec = parseRoutingRuleSpec(given);
      const change = ruleAddition(spec);
      const present = await find(spec, options);
      if (present !== undefined) return { changed: false, value: present };
      await carryOut(session, change, done, options);
      const value = await find(spec, options);
      if (value !== undefined) return { changed: true, value };
      throw new PlatformError({ ...change.attempt, detail: 'it was accepted, and is gone again' });
    },

    async deleteRoutingRule(given, options) {
      const spec = parseRoutingRuleSpec(given);
      const present = await find(spec, options);
      return present === undefined ? false : carryOut(session, ruleRemoval(present), done, options);
    },
  };
}
