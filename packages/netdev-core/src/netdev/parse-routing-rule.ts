import { InvalidArgumentError } from '../errors/index.js';
import {
  type InterfaceName,
  type IpFamily,
  ipFamily,
  type Network,
  parseInteger,
  parseInterfaceName,
  parseNetwork,
  prefixLength,
} from '../values/index.js';
import { withoutAbsent } from '../without-absent.js';
import { checked, flag, oneOf } from './checks.js';
import { word } from './parse-spec.js';
import type { RoutingRule, RoutingRuleAction, RoutingRuleSpec } from './routing-rule.js';

/** A {@link RoutingRuleSpec} with its values parsed; networks that hold for every packet are left out. */
export interface ParsedRoutingRuleSpec
  extends Omit<
    RoutingRuleSpec,
    'family' | 'action' | 'from' | 'to' | 'inputLink' | 'outputLink' | 'inverted'
  > {
  family: IpFamily;
  action: RoutingRuleAction;
  from?: Network;
  to?: Network;
  inputLink?: InterfaceName;
  outputLink?: InterfaceName;
  inverted: boolean;
}

const number =
  (what: string, least = 0) =>
  (value: unknown, field: string) =>
    parseInteger(value, field, least, 0xffff_ffff, what);
const network = (value: unknown, field: string) => parseNetwork(value, field);

const known = {
  family: oneOf(['ipv4', 'ipv6'] as const),
  priority: number('a priority'),
  action: oneOf(['lookup', 'blackhole', 'unreachable', 'prohibit'] as const),
  table: number('a routing table', 1),
  from: network,
  to: network,
  mark: number('a mark'),
  markMask: number('a mask', 1),
  inputLink: parseInterfaceName,
  outputLink: parseInterfaceName,
  inverted: flag,
  protocol: word,
};

/** Parses a rule of the routing policy. @throws InvalidArgumentError naming the field */
export function parseRoutingRuleSpec(spec: RoutingRuleSpec): ParsedRoutingRuleSpec {
  const parsed = checked(spec, 'spec', known, [], '') as Partial<ParsedRoutingRuleSpec>;
  const { action = 'lookup', table, from, to, mark, markMask, inverted = false } = parsed;
  if ((action === 'lookup') !== (table !== undefined))
    throw new InvalidArgumentError('table', table, `right for a rule that does ${action}`);
  if (markMask !== undefined && mark === undefined)
    throw new InvalidArgumentError('mark', mark, 'the mark that the mask is for');
  const first = from ?? to;
  const family = parsed.family ?? (first === undefined ? 'ipv4' : ipFamily(first));
  for (const [field, value] of Object.entries({ from, to })) {
    if (value !== undefined && ipFamily(value) !== family)
      throw new InvalidArgumentError(field, value, `an ${family} network`);
  }
  return withoutAbsent<ParsedRoutingRuleSpec>({
    ...(parsed as ParsedRoutingRuleSpec),
    family,
    action,
    inverted,
    from: unlessAll(from),
    to: unlessAll(to),
    mark,
    markMask: markMask === 0xffff_ffff ? undefined : markMask,
  });
}

/** For drivers: whether a rule is the one that is asked for. What a specification leaves out of the conditions must be absent. */
export function isRoutingRule(rule: RoutingRule, spec: ParsedRoutingRuleSpec): boolean {
  const exact = [
    'family',
    'action',
    'table',
    'from',
    'to',
    'mark',
    'markMask',
    'inputLink',
    'outputLink',
    'inverted',
  ] as const;
  return (
    rule.special === undefined &&
    exact.every((field) => rule[field] === spec[field]) &&
    (spec.priority === undefined || rule.priority === spec.priority) &&
    (spec.protocol === undefined || rule.protocol === spec.protocol)
  );
}

/** For drivers: what makes a rule again that is not special. */
export function specOfRoutingRule(rule: RoutingRule): ParsedRoutingRuleSpec {
  const { special: _, ...spec } = rule;
  return spec as ParsedRoutingRuleSpec;
}

function unlessAll(value: Network | undefined): Network | undefined {
  return value === undefined || prefixLength(value) === 0 ? undefined : value;
}
