import { type Codec, U64 } from './fields.js';
import { concat } from './scalar.js';

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
    const entries = ORDER.map((name, index) => [
      name,
      U64.read(bytes.subarray(index * 8), `${what}.${name}`),
    ]);
    return Object.fromEntries(entries) as unknown as LinkCounters;
  },
  write: (counters) => concat(ORDER.map((name) => U64.write(counters[name]))),
};
