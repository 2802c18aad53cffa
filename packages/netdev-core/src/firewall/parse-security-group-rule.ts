import { InvalidArgumentError } from '../errors/index.js';
import { ipFamily, parseInteger, parseKey, parseNetwork, parsePortRange } from '../values/index.js';
import type { Protocol, SecurityGroupRule } from './intent.js';
import { type Field, oneOf, optional, type Parser, parseFields, required } from './parse-fields.js';

export const protocols: readonly Protocol[] = ['tcp', 'udp', 'icmp', 'icmpv6', 'sctp'];

const octet: Parser = (value, field) => parseInteger(value, field, 0, 255);
/** 255 is reserved, and means every type to iptables. */
const icmpType: Parser = (value, field) => parseInteger(value, field, 0, 254);

const remote: Parser = (value, field) => {
  if (typeof value !== 'object' || value === null) return parseNetwork(value, field);
  const given = value as Record<string, unknown>;
  return parseFields(given, { group: required(parseKey) }, field, 'a remote group');
};

const fields: Readonly<Record<keyof SecurityGroupRule, Field>> = {
  direction: required(oneOf(['in', 'out'])),
  family: optional(oneOf(['ipv4', 'ipv6'])),
  protocol: optional(oneOf(protocols)),
  ports: optional(parsePortRange),
  icmpType: optional(icmpType),
  icmpCode: optional(octet),
  remote: optional(remote),
};

/**
 * Parses a rule of a security group: one address family throughout, and nothing that the protocol does not have.
 *
 * @throws InvalidArgumentError naming the field below `path`
 */
export function parseSecurityGroupRule(value: unknown, path: string): SecurityGroupRule {
  if (typeof value !== 'object' || value === null) throw new InvalidArgumentError(path, value, 'a rule');
  const given = value as Record<string, unknown>;
  const parsed = parseFields(given, fields, path, 'a rule') as unknown as SecurityGroupRule;
  const { protocol, ports, icmpType, icmpCode } = parsed;
  if (ports !== undefined && !['tcp', 'udp', 'sctp'].includes(String(protocol)))
    throw new InvalidArgumentError(`${path}.ports`, ports, 'possible without protocol tcp, udp or sctp');
  if (icmpType !== undefined && protocol !== 'icmp' && protocol !== 'icmpv6')
    throw new InvalidArgumentError(`${path}.icmpType`, icmpType, 'possible without protocol icmp or icmpv6');
  if (icmpCode !== undefined && icmpType === undefined)
    throw new InvalidArgumentError(`${path}.icmpCode`, icmpCode, 'possible without icmpType');
  checkFamily(parsed, path);
  return parsed;
}

function checkFamily({ family, protocol, remote: other }: SecurityGroupRule, path: string): void {
  const ofRemote = typeof other === 'string' ? ipFamily(other) : undefined;
  const ofProtocol = protocol === 'icmp' ? 'ipv4' : protocol === 'icmpv6' ? 'ipv6' : undefined;
  const wanted = family ?? ofRemote;
  if (ofProtocol !== undefined && wanted !== undefined && ofProtocol !== wanted)
    throw new InvalidArgumentError(`${path}.protocol`, protocol, `a protocol of ${wanted}`);
  if (ofRemote !== undefined && ofRemote !== wanted)
    throw new InvalidArgumentError(`${path}.remote`, other, `a network of ${wanted}`);
}
