import { type OriginalHost, shortHostname } from 'dhcp-dnsmasq/original';
import {
  type DhcpHost,
  type DnsName,
  type DhcpNetwork as DriverNetwork,
  networkOf,
  parseCidr,
  parseInteger,
  parseInterfaceName,
} from 'netdev-core';
import type { LinuxNetConf } from '../conf/linux-net-conf.js';
import type { FixedIp } from '../context.js';
import { checkDhcpNetwork, type DhcpNetwork } from './dhcp-network.js';
import { parseFixedIps } from './fixed-ip-record.js';
import { gatewayOf } from './host-texts.js';

/** The option of DHCP that names the router (RFC 2132, 3.5). */
const ROUTER = 3;

/** What the contract takes, in seconds. */
const LEASE_MIN = 120;
const LEASE_MAX = 0xffff_fffe;

/** What begins the keys of the networks that the module's functions serve. */
export const KEY_PREFIX = 'linux-net/';

/** The key of a device's network: the original has one server a device. @throws InvalidArgumentError */
export function driverKey(device: string): string {
  return `${KEY_PREFIX}${parseInterfaceName(device, 'device')}`;
}

/** What a network of the original's shape is to be served from. */
export interface ServedNetwork {
  conf: LinuxNetConf;
  device: string;
  network: DhcpNetwork;
  /** The addresses that are handed out. */
  fixedIps: readonly FixedIp[];
  /** Those that the DNS knows besides. */
  namedIps: readonly FixedIp[];
  /** Where names of elsewhere are asked. */
  upstreamServers: readonly string[];
}

/**
 * A network of the original's shape as the DHCP contract has it: what guests are told is what dnsmasq would
 * have told them from the original's files. Of two guests with one name the first has it.
 *
 * @throws InvalidArgumentError
 */
export function driverNetwork(served: ServedNetwork): DriverNetwork {
  const { conf, device, network, upstreamServers } = served;
  checkDhcpNetwork(network);
  const gateway = gatewayOf(network, conf);
  const allocated = parseFixedIps(served.fixedIps).filter((ip) => ip.allocated);
  const hosts = firstOfEach(allocated, ({ mac }) => mac.toLowerCase());
  const named = new Set(firstOfEach(hosts, nameOf));
  return {
    key: driverKey(device),
    interface: device,
    network: networkOf(parseCidr(network.cidr, 'network.cidr')),
    serverAddress: network.dhcp_server,
    leaseTime: parseInteger(conf.dhcp_lease_time, 'conf.dhcp_lease_time', LEASE_MIN, LEASE_MAX),
    gateway: conf.use_single_default_gateway ? null : gateway,
    ...(conf.dhcp_domain ? { domain: conf.dhcp_domain } : {}),
    upstreamServers,
    hosts: hosts.map((ip): DhcpHost => {
      const router = conf.use_single_default_gateway && ip.defaultRoute && gateway;
      return {
        mac: ip.mac,
        address: ip.address,
        ...(named.has(ip) && nameOf(ip) ? { hostname: nameOf(ip) } : {}),
        ...(router ? { options: [{ option: ROUTER, values: [router] }] } : {}),
      };
    }),
    names: namesOf(served, hosts),
  };
}

function namesOf({ conf, namedIps }: ServedNetwork, hosts: readonly OriginalHost[]): DnsName[] {
  const known = new Set(hosts.filter(nameOf).map(({ address }) => address));
  return parseFixedIps(namedIps)
    .filter((ip) => ip.allocated && nameOf(ip) && !known.has(ip.address))
    .map((ip) => ({
      name: [nameOf(ip), conf.dhcp_domain].filter(Boolean).join('.'),
      address: ip.address,
    }));
}

function nameOf({ hostname }: OriginalHost): string {
  return shortHostname(hostname ?? '').toLowerCase();
}

function firstOfEach<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): Entry[] {
  const byKey = new Map<string, Entry>();
  for (const entry of entries) if (!byKey.has(keyOf(entry))) byKey.set(keyOf(entry), entry);
  return [...byKey.values()];
}
