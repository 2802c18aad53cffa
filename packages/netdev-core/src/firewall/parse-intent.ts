import { InvalidArgumentError } from '../errors/index.js';
import {
  cidrAddress,
  ipFamily,
  isUnicast,
  parseInterfaceName,
  parseIpAddress,
  parseKey,
  parseNetwork,
  parsePort,
  parsePortRange,
  parseUnicastMac,
  prefixLength,
} from '../values/index.js';
import type { Intent, IntentKind } from './intent.js';
import type { IntentGroup } from './manager.js';
import { type Field, listOf, oneOf, optional, type Parser, parseFields, required } from './parse-fields.js';
import { parseSecurityGroupRule, protocols } from './parse-security-group-rule.js';

const network: Parser = (value, field) => parseNetwork(value, field);
const address: Parser = (value, field) => parseIpAddress(value, field);
const sourceAddress: Parser = (value, field) =>
  value === 'masquerade' ? value : parseIpAddress(value, field);
const interfaceNames: Parser = (value, field) => {
  if (!Array.isArray(value) || value.length === 0)
    throw new InvalidArgumentError(field, value, 'a list of device names');
  return value.map((name, index) => parseInterfaceName(name, `${field}[${index}]`));
};

const guestAddress: Parser = (value, field) => {
  const cidr = parseNetwork(value, field);
  const isHost = prefixLength(cidr) === (ipFamily(cidr) === 'ipv4' ? 32 : 128);
  if (isHost && !isUnicast(cidrAddress(cidr)))
    throw new InvalidArgumentError(field, value, 'an address of one host, or a network');
  return cidr;
};

/** The fields of every intent, in the order in which they are checked. */
const fields: Record<IntentKind, Record<string, Field>> = {
  'accept-input': {
    interface: optional(parseInterfaceName),
    source: optional(network),
    destination: optional(network),
    protocol: optional(oneOf(protocols)),
    ports: optional(parsePortRange),
  },
  'forward-policy': {
    bridge: required(parseInterfaceName),
    policy: required(oneOf(['open', 'outbound', 'closed'])),
    interfaces: optional(interfaceNames),
  },
  'source-nat': {
    source: required(network),
    destination: optional(network),
    interface: optional(parseInterfaceName),
    to: required(sourceAddress),
  },
  'no-nat': { source: required(network), destination: required(network) },
  'port-forward': {
    address: required(address),
    protocol: required(oneOf(['tcp', 'udp', 'sctp'])),
    port: required(parsePort),
    toAddress: required(address),
    toPort: optional(parsePort),
    hairpin: optional(network),
  },
  redirect: {
    interface: optional(parseInterfaceName),
    source: optional(network),
    protocol: required(oneOf(['tcp', 'udp'])),
    address: required(address),
    port: required(parsePort),
    toAddress: required(address),
    toPort: required(parsePort),
  },
  'floating-address': {
    floating: required(address),
    fixed: required(address),
    interface: optional(parseInterfaceName),
    hairpin: optional(network),
  },
  'isolate-address': { interface: required(parseInterfaceName), address: required(address) },
  'dhcp-guard': { ports: required(interfaceNames) },
  guest: {
    port: required(parseInterfaceName),
    bridge: required(parseInterfaceName),
    mac: required(parseUnicastMac),
    addresses: required(listOf(guestAddress, 'a list of addresses')),
    securityGroups: required(listOf(parseKey, 'a list of names of security groups')),
    out: optional(oneOf(['open', 'groups'])),
  },
  'security-group': {
    name: required(parseKey),
    rules: required(listOf(parseSecurityGroupRule, 'a list of rules')),
    members: optional(listOf(guestAddress, 'a list of addresses')),
  },
};

/** Every intent kind of this version of the contract. */
export const intentKinds = Object.keys(fields) as IntentKind[];

/**
 * Parses an intent: every field by its type, none that the kind does not have, one address family
 * throughout. The result holds canonical values only, fit for being rendered as rules.
 *
 * @throws InvalidArgumentError naming the field below `path`
 */
export function parseIntent(value: unknown, path = 'intent'): Intent {
  if (typeof value !== 'object' || value === null) throw new InvalidArgumentError(path, value, 'an intent');
  const given = value as Record<string, unknown>;
  const kind = oneOf(intentKinds)(given.kind, `${path}.kind`) as IntentKind;
  const parsed = parseFields(given, fields[kind], path, kind, { kind });
  checkPorts(parsed, path);
  checkPolicy(parsed, path);
  checkOneFamily(parsed, path);
  return parsed as unknown as Intent;
}

/**
 * Parses a group with its key and intents.
 *
 * @throws InvalidArgumentError naming the field
 */
export function parseIntentGroup(value: unknown): IntentGroup {
  if (typeof value !== 'object' || value === null)
    throw new InvalidArgumentError('group', value, 'an intent group');
  const { key, intents } = value as { key?: unknown; intents?: unknown };
  if (!Array.isArray(intents)) throw new InvalidArgumentError('intents', intents, 'a list of intents');
  return {
    key: parseKey(key),
    intents: intents.map((intent, index) => parseIntent(intent, `intents[${index}]`)),
  };
}

function checkPorts(parsed: Record<string, unknown>, path: string): void {
  if (
    parsed.kind !== 'accept-input' ||
    parsed.ports === undefined ||
    ['tcp', 'udp', 'sctp'].includes(String(parsed.protocol))
  )
    return;
  throw new InvalidArgumentError(`${path}.ports`, parsed.ports, 'possible without protocol tcp, udp or sctp');
}

function checkPolicy({ policy, interfaces }: Record<string, unknown>, path: string): void {
  if (interfaces === undefined || policy === 'open') return;
  throw new InvalidArgumentError(`${path}.interfaces`, interfaces, "possible without policy 'open'");
}

function checkOneFamily(parsed: Record<string, unknown>, path: string): void {
  const names = ['source', 'destination', 'address', 'toAddress', 'floating', 'fixed', 'to', 'hairpin'];
  const given = names.filter((name) => parsed[name] !== undefined && parsed[name] !== 'masquerade');
  const family = given[0] === undefined ? undefined : ipFamily(String(parsed[given[0]]));
  for (const name of given) {
    if (ipFamily(String(parsed[name])) === family) continue;
    throw new InvalidArgumentError(
      `${path}.${name}`,
      parsed[name],
      `of the same family as ${given[0]} (${family})`,
    );
  }
  const protocolFamily = parsed.protocol === 'icmp' ? 'ipv4' : parsed.protocol === 'icmpv6' ? 'ipv6' : family;
  if (family !== undefined && protocolFamily !== family) {
    throw new InvalidArgumentError(`${path}.protocol`, parsed.protocol, `a protocol of ${family}`);
  }
}
