import { ipFromBytes } from 'netdev-core';
import { expect, it } from 'vitest';
import {
  AF,
  decodeLink,
  decodeNeighbour,
  encodeNeighbour,
  NTF,
  NUD,
  RTM,
  RTN,
} from '../src/netlink/index.js';
import { colons, readByIproute2, recorded } from './recorded-messages.js';

const messagesOf = (name: string) =>
  recorded(name)
    .messages.filter(({ type }) => type === RTM.NEWNEIGH)
    .map(({ payload }) => decodeNeighbour(payload));
const neighbours = messagesOf('neighbours');
const forwarding = messagesOf('forwarding table');
const names = new Map(
  recorded('links')
    .messages.filter(({ type }) => type === RTM.NEWLINK)
    .map(({ payload }) => decodeLink(payload))
    .map(({ index, name }) => [index, name]),
);

it('reads recorded neighbours as iproute2 does', () => {
  const decoded = neighbours
    // iproute2 leaves out what the kernel keeps for addresses of many, and of nobody.
    .filter(({ type }) => type !== RTN.LOCAL)
    .map(({ destination, index, linkAddress, state, flags }) => ({
      dst: destination && ipFromBytes(destination),
      dev: names.get(index),
      lladdr: linkAddress && colons(linkAddress),
      state: Object.entries(NUD)
        .filter(([, bit]) => (state & bit) !== 0)
        .map(([name]) => name),
      router: (flags & NTF.ROUTER) !== 0,
    }));
  const expected = readByIproute2<{
    dst: string;
    dev: string;
    lladdr?: string;
    state: string[];
    router?: null;
  }>('neighbours');
  for (const { dst, dev, lladdr, state, router } of expected) {
    expect(decoded).toContainEqual({ dst, dev, lladdr, state, router: router === null });
  }
  expect(decoded.filter(({ router }) => router)).toHaveLength(1);
});

it('reads the forwarding table of a bridge', () => {
  const found = forwarding.find(
    ({ linkAddress }) => linkAddress && colons(linkAddress) === '02:00:00:00:00:77',
  );
  expect(found).toMatchObject({ family: AF.BRIDGE, state: NUD.NOARP });
  expect(names.get(found?.index)).toBe('v0');
  expect(names.get(found?.master)).toBe('br0');
  expect(forwarding.map(({ linkAddress }) => linkAddress && colons(linkAddress)).sort()).toEqual(
    readByIproute2<{ mac: string }>('forwarding table')
      .map(({ mac }) => mac)
      .sort(),
  );
});

it('comes back the same when written and read again', () => {
  for (const neighbour of [...neighbours, ...forwarding]) {
    expect(decodeNeighbour(encodeNeighbour(neighbour))).toEqual(neighbour);
  }
});
