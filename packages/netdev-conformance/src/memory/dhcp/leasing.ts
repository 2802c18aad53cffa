import {
  type DhcpLease,
  type IpAddress,
  ipFromBytes,
  ipToBytes,
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
  const address = host?.address ?? reusable(server, held?.address) ?? firstFree(server);
  if (address === undefined) return undefined;
  const leaseTime = host?.leaseTime ?? network.leaseTime;
  const name = host?.hostname ?? hostname;
  const lease: DhcpLease = { address, mac, expires: new Date(now.getTime() + leaseTime * 1000) };
  if (name !== undefined) lease.hostname = name;
  server.leases = [...server.leases.filter((other) => other.mac !== mac && other.address !== address), lease];
  const { gateway, dnsServers, domain, mtu } = network;
  return {
    offer: { address, gateway, dnsServers, domain, mtu, leaseTime, hostname: name },
    change: { type: held?.address === address ? 'renewed' : 'added', network: network.key, lease },
  };
}

function reusable({ network }: MemoryDhcpServer, address: IpAddress | undefined): IpAddress | undefined {
  if (address === undefined || network.range === undefined) return undefined;
  const isStatic = network.hosts.some((host) => host.address === address);
  return !isStatic && isWithin(address, network.range) ? address : undefined;
}

function firstFree({ network, leases }: MemoryDhcpServer): IpAddress | undefined {
  const { range, hosts, serverAddress } = network;
  if (range === undefined) return undefined;
  const taken = new Set<string>([serverAddress, ...hosts.map(({ address }) => address)]);
  for (const lease of leases) taken.add(lease.address);
  for (let number = toNumber(range.first); number <= toNumber(range.last); number += 1n) {
    const address = fromNumber(number, range.first);
    if (!taken.has(address)) return address;
  }
  return undefined;
}

function isWithin(address: IpAddress, { first, last }: { first: IpAddress; last: IpAddress }): boolean {
  return toNumber(address) >= toNumber(first) && toNumber(address) <= toNumber(last);
}

function toNumber(address: IpAddress): bigint {
  return ipToBytes(address).reduce((number, byte) => number * 256n + BigInt(byte), 0n);
}

function fromNumber(number: bigint, like: IpAddress): IpAddress {
  const bytes = ipToBytes(like);
  let rest = number;
  for (let index = bytes.length - 1; index >= 0; index -= 1) {
    bytes[index] = Number(rest % 256n);
    rest /= 256n;
  }
  return ipFromBytes(bytes);
}
