import {
  type IpFamily,
  isNetDevError,
  isRoutingRule,
  type NetDevDriver,
  type NetDevOperation,
  type OperationOptions,
  type ParsedRoutingRuleSpec,
  PlatformError,
  parseRoutingRuleSpec,
  type RoutingRule,
  specOfRoutingRule,
} from 'netdev-core';
import { decodeRule, encodeRule, NLM_F, RTM } from '../netlink/index.js';
import { addressFamily } from './address-codec.js';
import { ruleFromMessage, ruleToMessage } from './rule-codec.js';
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
      const attempt = { operation: 'add routing rule', object: textOf(spec) };
      const message = encodeRule(ruleToMessage(spec));
      const present = await find(spec, options);
      if (present !== undefined) return { changed: false, value: present };
      await session.change(RTM.NEWRULE, NLM_F.CREATE | NLM_F.EXCL, message, attempt, options);
      done({ do: 'add-routing-rule', spec });
      const value = await find(spec, options);
      if (value !== undefined) return { changed: true, value };
      throw new PlatformError({ ...attempt, detail: 'it was accepted, and is gone again' });
    },

    async deleteRoutingRule(given, options) {
      const spec = parseRoutingRuleSpec(given);
      const attempt = { operation: 'delete routing rule', object: textOf(spec) };
      const present = await find(spec, options);
      if (present === undefined) return false;
      const exact = specOfRoutingRule(present);
      try {
        await session.change(RTM.DELRULE, 0, encodeRule(ruleToMessage(exact)), attempt, options);
      } catch (error) {
        // It went by itself between the two.
        if (isNetDevError(error) && error.errno === 'ENOENT') return false;
        throw error;
      }
      done({ do: 'delete-routing-rule', spec: exact });
      return true;
    },
  };
}

/** What it is about, for an error. */
function textOf({ from, to, table, action }: ParsedRoutingRuleSpec): string {
  const way = `from ${from ?? 'all'}${to === undefined ? '' : ` to ${to}`}`;
  return `${way} ${action}${table === undefined ? '' : ` ${table}`}`;
}
