import { InvalidArgumentError } from '../errors/index.js';
import {
  type DomainName,
  type InterfaceName,
  type IpAddress,
  ipFamily,
  type Key,
  type Network,
  parseDomainName,
  parseInterfaceName,
  parseIpAddress,
  parseKey,
  parseMtu,
  parseNetwork,
} from '../values/index.js';
import { createHostIndex, type HostIndex } from './host-index.js';
import type { DhcpNetwork, DnsForwarder, DnsName } from './network.js';
import {
  type ParsedBootFile,
  type ParsedClientClass,
  parseBootFile,
  parseClientClass,
  refuseUnknownClass,
} from './parse-class.js';
import { type HostParser, hostParser, type ParsedDhcpHost } from './parse-host.js';
import { parseList } from './parse-list.js';
import { type ParsedDhcpOption, parseOption } from './parse-option.js';
import {
  type ParsedDhcpSubnet,
  type ParsedRelayedSubnet,
  parseRelayedSubnet,
  parseSubnet,
} from './parse-subnet.js';

/** A {@link DhcpNetwork} with every value parsed and every default filled in. */
export interface ParsedDhcpNetwork {
  key: Key;
  interface: InterfaceName;
  /** Those of the device, the network's own first. */
  subnets: readonly [ParsedDhcpSubnet, ...ParsedDhcpSubnet[]];
  relayed: readonly ParsedRelayedSubnet[];
  unknownClients: 'serve' | 'ignore';
  domain: DomainName | undefined;
  upstreamServers: readonly IpAddress[];
  forwarders: readonly ParsedDnsForwarder[];
  mtu: number | undefined;
  hosts: readonly ParsedDhcpHost[];
  options: readonly ParsedDhcpOption[];
  classes: readonly ParsedClientClass[];
  boot: readonly ParsedBootFile[];
  tftpRoot: string | undefined;
  names: readonly { name: DomainName; address: IpAddress }[];
}

export interface ParsedDnsForwarder {
  domain: DomainName | Network;
  servers: readonly IpAddress[];
}

/**
 * Parses a network's configuration: every value by its type, addresses inside of a subnet, nothing that two hosts
 * have, no class that is not there.
 *
 * @throws InvalidArgumentError naming the field: `hosts[3].mac`
 */
export function parseDhcpNetwork(given: DhcpNetwork): ParsedDhcpNetwork {
  return parseIndexedNetwork(given).network;
}

/** The same, with the index of its hosts that was made to see that no two have the same. @throws InvalidArgumentError */
export function parseIndexedNetwork(given: DhcpNetwork): { network: ParsedDhcpNetwork; hosts: HostIndex } {
  const first = parseSubnet(given, '');
  const more = parseList(given.subnets, 'subnets', (subnet, field) => parseSubnet(subnet, `${field}.`));
  const subnets: ParsedDhcpNetwork['subnets'] = [first, ...more];
  const relayed = parseList(given.relayed, 'relayed', (subnet, field) =>
    parseRelayedSubnet(subnet, field, first),
  );
  refuseSameSubnet([
    ...subnets.map(({ network }, index) => ({
      network,
      field: index === 0 ? 'network' : `subnets[${index - 1}].network`,
    })),
    ...relayed.map(({ network }, index) => ({ network, field: `relayed[${index}].network` })),
  ]);
  const classes = parseList(given.classes, 'classes', parseClientClass);
  const parseHost = createHostParser({ subnets, relayed, classes });
  const parsed: ParsedDhcpNetwork = {
    key: parseKey(given.key),
    interface: parseInterfaceName(given.interface, 'interface'),
    subnets,
    relayed,
    unknownClients: parseUnknownClients(given.unknownClients),
    domain: given.domain === undefined ? undefined : parseDomainName(given.domain, 'domain'),
    upstreamServers: parseList(given.upstreamServers, 'upstreamServers', (value, field) =>
      parseIpAddress(value, field),
    ),
    forwarders: parseList(given.forwarders, 'forwarders', parseForwarder),
    mtu: given.mtu === undefined ? undefined : parseMtu(given.mtu),
    hosts: parseList(given.hosts, 'hosts', (host, field) => parseHost(host, `${field}.`)),
    options: parseList(given.options, 'options', parseOption),
    classes,
    boot: parseList(given.boot, 'boot', parseBootFile),
    tftpRoot: given.tftpRoot === undefined ? undefined : parseTftpRoot(given.tftpRoot),
    names: parseList(given.names, 'names', ({ name, address }: DnsName, field) => ({
      name: parseDomainName(name, `${field}.name`),
      address: parseIpAddress(address, `${field}.address`),
    })),
  };
  const hosts = createHostIndex(parsed.hosts);
  refuseUnknownClasses(parsed);
  return { network: parsed, hosts };
}

/** A parser of hosts that belong to a network which was parsed already. */
export function createHostParser({
  subnets,
  relayed,
  classes,
}: Pick<ParsedDhcpNetwork, 'subnets' | 'relayed' | 'classes'>): HostParser {
  return hostParser({
    networks: [...subnets, ...relayed].map(({ network }) => network),
    taken: subnets.map(({ serverAddress }) => serverAddress),
    classes: classes.map(({ name }) => name),
  });
}

/** Options of the network can be for classes by what clients send, and for those that hosts are put into. */
function refuseUnknownClasses({ classes, hosts, options, boot }: ParsedDhcpNetwork): void {
  const known = new Set([...classes.map(({ name }) => name), ...hosts.flatMap((host) => host.classes)]);
  for (const [index, option] of options.entries()) {
    refuseUnknownClass(option.class, known, `options[${index}].class`);
  }
  for (const [index, file] of boot.entries()) refuseUnknownClass(file.class, known, `boot[${index}].class`);
}

function refuseSameSubnet(given: readonly { network: Network; field: string }[]): void {
  const seen = new Map<Network, string>();
  for (const { network, field } of given) {
    const twin = seen.get(network);
    if (twin !== undefined) throw new InvalidArgumentError(field, network, `another subnet than ${twin}`);
    seen.set(network, field);
  }
}

function parseForwarder({ domain, servers }: DnsForwarder, field: string): ParsedDnsForwarder {
  return {
    domain:
      typeof domain === 'string' && domain.includes('/')
        ? parseReverseNetwork(domain, `${field}.domain`)
        : parseDomainName(domain, `${field}.domain`),
    servers: parseList(servers, `${field}.servers`, (value, at) => parseIpAddress(value, at)),
  };
}

/** A zone of in-addr.arpa (RFC 1035, 3.5) or ip6.arpa (RFC 3596, 2.5) ends at a byte or at four bits. */
function parseReverseNetwork(value: string, field: string): Network {
  const network = parseNetwork(value, field);
  const length = Number(network.split('/')[1]);
  const step = ipFamily(network) === 'ipv4' ? 8 : 4;
  if (length > 0 && length % step === 0) return network;
  throw new InvalidArgumentError(field, value, `a network whose prefix length is a multiple of ${step}`);
}

function parseUnknownClients(value: unknown): 'serve' | 'ignore' {
  if (value === undefined || value === 'serve') return 'serve';
  if (value === 'ignore') return value;
  throw new InvalidArgumentError('unknownClients', value, 'serve or ignore');
}

function parseTftpRoot(value: unknown): string {
  if (
    typeof value === 'string' &&
    /^(?:\/[A-Za-z0-9@_%+=.-]+)+$/.test(value) &&
    !/\/\.\.?(?:\/|$)/.test(value)
  ) {
    return value;
  }
  throw new InvalidArgumentError('tftpRoot', value, 'an absolute path of A-Z a-z 0-9 @ _ % + = . -');
}
