import {
  contains,
  type DhcpLease,
  type IpAddress,
  ipFamily,
  ipFromNumber,
  ipToNumber,
  type MacAddress,
  type ParsedDhcpNetwork,
} from 'netdev-core';
import type { LeaseChange, MemoryJournal } from './memory-journal.js';

/** A DHCP server of a host in memory. */
export interface MemoryDhcpServer {
  network: ParsedDhcpNetwork;
  running: boolean;
  leases: DhcpLease[];
  journal: MemoryJournal;
}

/** What a client is told with its address. */
export interface MemoryOffer {
  address: IpAddress;
  gateway: IpAddress | undefined;
  dnsServers: readonly IpAddress[];
  domain: string | undefined;
  mtu: number | undefined;
  /** Seconds. */
  leaseTime: number;
  /** The name that the server knows it by. */
  hostname: string | undefined;
}

/** Hands out an address: the host entry's, the one it holds, or the first free of the range. */
export function handOut(
  server: MemoryDhcpServer,
  mac: MacAddress,
  hostname: string | undefined,
  now: Date,
): { offer: MemoryOffer; change: LeaseChange } | undefined {
  const { network } = server;
  server.leases = server.leases.filter(({ expires }) => expires === undefined || expires > now);
  const host = network.hosts.find((entry) => entry.mac === mac);
  const held = server.leases.find((lease) => lease.mac === mac);
  if (host?.ignored || (host === undefined && network.unknownClients === 'ignore')) return undefined;
  const address = host?.addresses[0] ?? reusable(server, held?.address) ?? firstFree(server);
  const subnet = network.subnets.find((one) => address !== undefined && contains(one.network, address));
  if (address === undefined || subnet === undefined) return undefined;
  const leaseTime = host?.leaseTime ?? subnet.leaseTime;
  const name = host?.hostname ?? hostname;
  const lease: DhcpLease = { address, mac, expires: new Date(now.getTime() + leaseTime * 1000) };
  if (name !== undefined) lease.hostname = name;
  server.leases = [...server.leases.filter((other) => other.mac !== mac && other.address !== address), lease];
  const { domain, mtu } = network;
  const { gateway, dnsServers } = subnet;
  return {
    offer: { address, gateway, dnsServers, domain, mtu, leaseTime, hostname: name },
    change: { type: held?.address === address ? 'renewed' : 'added', network: network.key, lease },
  };
}

/** Whether a lease may go on in a network: of a host that has its address, or of a range and nobody's. */
export function hasPlace(network: ParsedDhcpNetwork, { address, mac }: DhcpLease): boolean {
  const owner = network.hosts.find((host) => host.addresses.includes(address));
  if (owner !== undefined) return owner.mac === mac;
  return ranges(network).some((range) => isWithin(address, range));
}

/** Whether a network has all hosts and names of another, and the same options. */
export function isSupersetOf(network: ParsedDhcpNetwork, other: ParsedDhcpNetwork): boolean {
  const has = (all: readonly object[], one: object): boolean =>
    all.some((candidate) => JSON.stringify(candidate) === JSON.stringify(one));
  return (
    JSON.stringify(network.options) === JSON.stringify(other.options) &&
    other.hosts.every((host) => has(network.hosts, host)) &&
    other.names.every((name) => has(network.names, name)) &&
    network.hosts.every((host) => host.options.length === 0 || has(other.hosts, host))
  );
}

function reusable({ network }: MemoryDhcpServer, address: IpAddress | undefined): IpAddress | undefined {
  if (address === undefined) return undefined;
  const isStatic = network.hosts.some((host) => host.addresses.includes(address));
  return !isStatic && ranges(network).some((range) => isWithin(address, range)) ? address : undefined;
}

function firstFree({ network, leases }: MemoryDhcpServer): IpAddress | undefined {
  const taken = new Set<string>([
    ...network.subnets.map(({ serverAddress }) => serverAddress),
    ...network.hosts.flatMap(({ addresses }) => addresses),
    ...leases.map(({ address }) => address),
  ]);
  for (const range of ranges(network)) {
    for (let number = ipToNumber(range.first); number <= ipToNumber(range.last); number += 1n) {
      const address = ipFromNumber(number, ipFamily(range.first));
      if (!taken.has(address)) return address;
    }
  }
  return undefined;
}

function ranges({ subnets }: ParsedDhcpNetwork) {
  return subnets.flatMap((subnet) => subnet.ranges);
}

function isWithin(address: IpAddress, { first, last }: { first: IpAddress; last: IpAddress }): boolean {
  return ipToNumber(address) >= ipToNumber(first) && ipToNumber(address) <= ipToNumber(last);
}
