import type { LinkStatistics } from 'netdev-core';

/** A line of the routing table. */
export interface ShownRoute {
  family: 'inet' | 'inet6';
  destination: string;
  gateway: string;
  flags: string;
  netif: string;
}

type Fields = Record<string, unknown>;

/** What netstat tells of an interface. */
export interface CountedInterface {
  index: number;
  statistics?: LinkStatistics | undefined;
}

/**
 * The numbers and counters of the interfaces by name, out of `netstat -ibdn --libxo json`; entries of addresses have no number.
 * What is dropped on the way in and on the way out has one name there, in this order (usr.bin/netstat/if.c, intpr).
 */
export function parseCounted(text: string): ReadonlyMap<string, CountedInterface> {
  const apart = text.replace(/"dropped-packets"(?=[^{}]*"dropped-packets")/g, '"dropped-received"');
  const entries = list(object(object(JSON.parse(apart)).statistics).interface);
  return new Map(
    entries.flatMap((entry): [string, CountedInterface][] => {
      const index = Number(/^<Link#(\d+)>$/.exec(String(entry.network))?.[1] ?? 0);
      return index === 0 ? [] : [[String(entry.name), { index, statistics: statisticsOf(entry) }]];
    }),
  );
}

const counters: Readonly<Record<keyof LinkStatistics, string>> = {
  rxBytes: 'received-bytes',
  txBytes: 'sent-bytes',
  rxPackets: 'received-packets',
  txPackets: 'sent-packets',
  rxErrors: 'received-errors',
  txErrors: 'send-errors',
  rxDropped: 'dropped-received',
  txDropped: 'dropped-packets',
};

/** `undefined` where one of them is not told. */
function statisticsOf(entry: Fields): LinkStatistics | undefined {
  const told = Object.entries(counters).map(([name, field]) => [name, entry[field]] as const);
  if (!told.every(([, value]) => typeof value === 'number')) return undefined;
  return Object.fromEntries(
    told.map(([name, value]) => [name, BigInt(value as number)]),
  ) as unknown as LinkStatistics;
}

/** Reads what `netstat --libxo json -rn` prints. */
export function parseRoutes(text: string): ShownRoute[] {
  const information = object(object(object(JSON.parse(text)).statistics)['route-information']);
  return list(object(information['route-table'])['rt-family']).flatMap((family) => {
    const name = family['address-family'] === 'Internet6' ? 'inet6' : 'inet';
    if (name === 'inet' && family['address-family'] !== 'Internet') return [];
    return list(family['rt-entry']).map((entry) => ({
      family: name,
      destination: String(entry.destination),
      gateway: String(entry.gateway),
      flags: String(entry.flags),
      netif: String(entry['interface-name']),
    }));
  });
}

function object(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(object) : [];
}
