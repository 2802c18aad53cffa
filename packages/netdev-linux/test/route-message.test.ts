import { ipFromBytes } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import {
  AF,
  decodeLink,
  decodeRoute,
  encodeRoute,
  NetlinkDecodeError,
  type RouteMessage,
  RTM,
  RTN,
  RTNH_F,
  RTPROT,
} from '../src/netlink/index.js';
import { concat } from '../src/netlink/scalar.js';
import { attribute } from './netlink-bytes.js';
import { bytesOfHex, readByIproute2, recorded } from './recorded-messages.js';

interface Iproute2Route {
  type: string;
  dst: string;
  gateway?: string;
  via?: { family: string; host: string };
  dev?: string;
  table: string;
  protocol: string;
  prefsrc?: string;
  metric?: number;
  flags: string[];
  metrics?: { mtu: number; advmss: number }[];
  nexthops?: { gateway: string; dev: string; weight: number }[];
}

const routes = recorded('routes')
  .messages.filter(({ type }) => type === RTM.NEWROUTE)
  .map(({ payload }) => decodeRoute(payload));
const names = new Map(
  recorded('links')
    .messages.filter(({ type }) => type === RTM.NEWLINK)
    .map(({ payload }) => decodeLink(payload))
    .map(({ index, name }) => [index, name]),
);

const tables = new Map([
  [254, 'main'],
  [255, 'local'],
]);
const lower = (words: Readonly<Record<string, number>>, value: number) =>
  Object.entries(words)
    .find(([, each]) => each === value)?.[0]
    .toLowerCase();

function destination({ family, destination: bytes, destinationLength }: RouteMessage): string {
  if (bytes === undefined) return 'default';
  const full = family === AF.INET ? 32 : 128;
  return destinationLength === full ? ipFromBytes(bytes) : `${ipFromBytes(bytes)}/${destinationLength}`;
}

describe('recorded routes', () => {
  it('are read as iproute2 does, in the same order', () => {
    const decoded = routes.map((route) => ({
      type: lower(RTN, route.type),
      dst: destination(route),
      gateway: route.gateway && ipFromBytes(route.gateway),
      via: route.via && ipFromBytes(route.via.address),
      dev: names.get(route.index),
      table: tables.get(route.table) ?? String(route.table),
      protocol: lower(RTPROT, route.protocol),
      prefsrc: route.preferredSource && ipFromBytes(route.preferredSource),
      metric: route.priority,
      onlink: (route.flags & RTNH_F.ONLINK) !== 0,
      mtu: route.metrics?.mtu,
      advmss: route.metrics?.advertisedMss,
      nexthops: route.nextHops?.map((hop) => ({
        gateway: hop.gateway && ipFromBytes(hop.gateway),
        dev: names.get(hop.index),
        weight: hop.weight,
      })),
    }));
    const expected = readByIproute2<Iproute2Route>('routes').map((route) => ({
      type: route.type,
      dst: route.dst,
      gateway: route.gateway,
      via: route.via?.host,
      dev: route.dev,
      table: route.table,
      protocol: route.protocol,
      prefsrc: route.prefsrc,
      metric: route.metric,
      onlink: route.flags.includes('onlink'),
      mtu: route.metrics?.[0]?.mtu,
      advmss: route.metrics?.[0]?.advmss,
      nexthops: route.nexthops?.map(({ gateway, dev, weight }) => ({ gateway, dev, weight })),
    }));
    expect(decoded).toEqual(expected);
  });

  it('have among them what is rare', () => {
    expect(routes.some(({ table }) => table === 70000)).toBe(true);
    expect(routes.find(({ metrics }) => metrics?.mtu === 1300)?.metrics?.lock).toBe(1 << 2);
    expect(routes.find(({ via }) => via !== undefined)?.via?.family).toBe(AF.INET6);
    expect(routes.filter(({ nextHops }) => nextHops !== undefined)).toHaveLength(2);
    const expiring = routes.map(({ cacheInfo }) => cacheInfo?.expires ?? 0).filter((expires) => expires > 0);
    expect(Math.max(...expiring)).toBeGreaterThan(200_000);
    expect(expiring.every((expires) => expires <= 300_000)).toBe(true);
  });

  it('come back the same when written and read again', () => {
    for (const route of routes) expect(decodeRoute(encodeRoute(route))).toEqual(route);
  });
});

describe('next hops', () => {
  const header = encodeRoute({
    ...{ family: AF.INET, destinationLength: 8, sourceLength: 0, tos: 0, table: 254 },
    ...{ protocol: 3, scope: 0, type: 1, flags: 0 },
  });

  it.each([
    ['a length of nothing', '0000000001000000'],
    ['a length past the end', '1000000001000000'],
    ['a header cut short', '08000000'],
    ['an attribute past its hop', '0c00000001000000' + '0800050a'],
  ])('are refused with %s', (_, hex) => {
    expect(() => decodeRoute(concat([header, attribute(9, bytesOfHex(hex))]))).toThrow(NetlinkDecodeError);
  });
});
