import type { Codec } from './fields.js';
import { readU64s } from './scalar.js';

/** The counters of struct rtnl_link_stats64 that netdev reads, which are its first eight. */
export interface LinkCounters {
  rxPackets: bigint;
  txPackets: bigint;
  rxBytes: bigint;
  txBytes: bigint;
  rxErrors: bigint;
  txErrors: bigint;
  rxDropped: bigint;
  txDropped: bigint;
}

const ORDER = [
  'rxPackets',
  'txPackets',
  'rxBytes',
  'txBytes',
  'rxErrors',
  'txErrors',
  'rxDropped',
  'txDropped',
] as const satisfies readonly (keyof LinkCounters)[];

export const LINK_COUNTERS: Codec<LinkCounters> = {
  read: (bytes, what) => {
    const numbers = readU64s(bytes, ORDER.length, what);
    const counters: Partial<LinkCounters> = {};
    for (const [place, name] of ORDER.entries()) counters[name] = numbers[place] ?? 0n;
    return counters as LinkCounters;
  },
  write: (counters, to) => {
    for (const name of ORDER) to.u64(counters[name]);
  },
};
