import { addressText, inNetwork, maskLength } from '../addressing.js';
import { BadLine } from './config-line.js';

/** A range of addresses that is served. */
export interface DhcpRange {
  family: 'inet' | 'inet6';
  /** What a client is tagged with that gets an address of it. */
  tag: string | undefined;
  first: string;
  /** `undefined`: hosts that are named only, or none at all. */
  last: string | undefined;
  prefix: number;
  /** Seconds. */
  leaseTime: number;
}

/** Words of IPv6, about what router advertisements say of a range. */
const ofAdvertisements: readonly string[] = ['slaac', 'ra-only', 'ra-stateless'];

/** Reads `[set:TAG,]FIRST[,LAST][,static][,…],MASK|LENGTH,TIMEs` (dnsmasq(8), --dhcp-range). @throws BadLine */
export function readRange(given: readonly string[]): DhcpRange {
  const parts = [...given];
  const tag = parts[0]?.startsWith('set:') === true ? parts.shift()?.slice('set:'.length) : undefined;
  const first = parts.shift() ?? '';
  const family = first.includes(':') ? 'inet6' : 'inet';
  const leaseTime = Number(/^(\d+)s$/.exec(parts.pop() ?? '')?.[1] ?? Number.NaN);
  const prefix = prefixOf(parts.pop() ?? '', family);
  const words = parts.filter((part) => part === 'static' || ofAdvertisements.includes(part));
  const [last, ...more] = parts.filter((part) => !words.includes(part));
  if (more.length > 0 || Number.isNaN(leaseTime) || prefix === undefined) throw new BadLine('bad dhcp-range');
  if (family === 'inet' && words.some((word) => word !== 'static')) throw new BadLine('bad dhcp-range');
  if (addressText(first, family) === undefined) throw new BadLine('bad dhcp-range');
  if (last === undefined && words.length === 0) throw new BadLine('bad dhcp-range');
  if (last !== undefined && addressText(last, family) === undefined) throw new BadLine('bad dhcp-range');
  return { family, tag, first, last, prefix, leaseTime };
}

function prefixOf(text: string, family: DhcpRange['family']): number | undefined {
  if (family === 'inet6') return /^\d{1,3}$/.test(text) ? Number(text) : undefined;
  const mask = addressText(text, 'inet');
  return mask === undefined ? undefined : maskLength(mask);
}

/** Whether a server with this address serves the range itself, and not by a relay. */
export function isOn({ first, prefix, family }: DhcpRange, server: string): boolean {
  const isSameFamily = server.includes(':') === (family === 'inet6');
  return isSameFamily && inNetwork({ address: first, length: prefix }, server);
}
