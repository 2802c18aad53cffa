import { describe, expect, it } from 'vitest';
import { addressAgain, dependentRoutes, movableAddresses } from '../src/driver/layer3-plan.js';
import { routeAgain } from '../src/driver/route-payload.js';
import { AF, decodeAddress, decodeLink, decodeRoute, IFA_F, RTM, RTNH_F } from '../src/netlink/index.js';
import { hexOf, recorded } from './recorded-messages.js';

const payloads = (name: string, type: number) =>
  recorded(name)
    .messages.filter((message) => message.type === type)
    .map(({ payload }) => payload);
const indexOf = (name: string): number => {
  const link = payloads('links', RTM.NEWLINK)
    .map(decodeLink)
    .find((each) => each.name === name);
  if (link?.index === undefined) throw new Error(`${name} was not recorded`);
  return link.index;
};
const v1 = indexOf('v1');
const routes = payloads('routes', RTM.NEWROUTE).map((payload) => ({
  payload,
  message: decodeRoute(payload),
}));
const addresses = payloads('addresses', RTM.NEWADDR)
  .map((payload) => decodeAddress(payload))
  .filter(({ index }) => index === v1);

describe('a route made again', () => {
  it('is the same but for its link, its state and what it says of its age', () => {
    for (const { payload, message } of routes) {
      const again = decodeRoute(routeAgain(payload, message, v1, 4711));
      const moved = (index: number | undefined) => (index === v1 ? 4711 : index);
      expect(again).toEqual({
        ...message,
        flags: message.flags & RTNH_F.ONLINK,
        ...(message.index !== undefined && { index: moved(message.index) }),
        ...(message.nextHops && {
          nextHops: message.nextHops.map((hop) => ({
            ...hop,
            index: moved(hop.index),
            flags: hop.flags & RTNH_F.ONLINK,
          })),
        }),
      });
    }
  });

  it('leaves what was dumped as it was, and says when it ends', () => {
    const expiring = routes.find(
      ({ message }) => message.destination?.[5] === 1 && message.cacheInfo?.expires,
    );
    if (expiring === undefined) throw new Error('no route that ends was recorded');
    const before = hexOf(expiring.payload);
    const again = routeAgain(expiring.payload, expiring.message, v1, 4711);
    expect(hexOf(expiring.payload)).toBe(before);
    // RTA_EXPIRES (23), in seconds: the kernel tells hundredths of them.
    const [, seconds] = /08001700(.{8})$/.exec(hexOf(again)) ?? [];
    expect(Buffer.from(seconds ?? '', 'hex').readUInt32LE()).toBeGreaterThan(800);
    expect(Buffer.from(seconds ?? '', 'hex').readUInt32LE()).toBeLessThanOrEqual(900);
  });
});

describe('what moves', () => {
  it('is every address but the link-local one of IPv6', () => {
    const moving = movableAddresses(addresses);
    expect(addresses.length - moving.length).toBe(1);
    expect(moving.filter(({ family }) => family === AF.INET)).toHaveLength(4);
  });

  it('is no route that comes with an address', () => {
    const moving = dependentRoutes(routes, movableAddresses(addresses), v1).map(({ message }) => message);
    expect(moving.every(({ protocol }) => protocol !== 2)).toBe(true);
    expect(moving.map(({ table }) => table)).toContain(70000);
    expect(moving.filter(({ nextHops }) => nextHops !== undefined)).toHaveLength(2);
    expect(moving.filter(({ family }) => family === AF.INET)).toHaveLength(6);
    expect(moving.filter(({ family }) => family === AF.INET6)).toHaveLength(3);
  });

  it('is the route of an address that has none of its own', () => {
    const bare = movableAddresses(addresses).map((address) => ({
      ...address,
      flags: address.flags | IFA_F.NOPREFIXROUTE,
    }));
    const moving = dependentRoutes(routes, bare, v1).map(({ message }) => message);
    expect(moving.filter(({ protocol, family }) => protocol === 2 && family === AF.INET)).toHaveLength(3);
  });

  it('comes in the order in which it can be made', () => {
    const gateways = dependentRoutes(routes, movableAddresses(addresses), v1).map(
      ({ message }) => (message.gateway ?? message.via ?? message.nextHops) !== undefined,
    );
    expect(gateways).toEqual([...gateways].sort((one, other) => Number(one) - Number(other)));
    expect(new Set(gateways)).toEqual(new Set([true, false]));
  });
});

it.each([
  ['eth0', 'eth0', 'br0', undefined],
  ['eth0:1', 'eth0', 'br0', 'br0:1'],
  ['mine', 'eth0', 'br0', 'mine'],
  ['eth0:alias', 'eth0', 'a-long-bridge', undefined],
])('the label %s of %s on %s becomes %s', (label, from, to, expected) => {
  const address = {
    family: AF.INET,
    prefixLength: 24,
    flags: IFA_F.PERMANENT | IFA_F.SECONDARY,
    scope: 0,
    index: 2,
    label,
  };
  const again = addressAgain(address, { name: from }, { name: to, index: 9 });
  expect([again.label, again.index, again.flags]).toEqual([expected, 9, 0]);
});
