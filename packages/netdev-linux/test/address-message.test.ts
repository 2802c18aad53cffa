import { ipFromBytes } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import {
  AF,
  decodeAddress,
  decodeLink,
  encodeAddress,
  IFA_F,
  NetlinkDecodeError,
  RT_SCOPE,
  RTM,
} from '../src/netlink/index.js';
import { readByIproute2, recorded } from './recorded-messages.js';

interface Iproute2Addresses {
  ifname: string;
  addr_info: {
    family: 'inet' | 'inet6';
    local: string;
    address?: string;
    prefixlen: number;
    scope: string;
    label?: string;
    broadcast?: string;
    secondary?: boolean;
    dynamic?: boolean;
    tentative?: boolean;
    nodad?: boolean;
    valid_life_time: number;
    preferred_life_time: number;
  }[];
}

const addresses = recorded('addresses')
  .messages.filter(({ type }) => type === RTM.NEWADDR)
  .map(({ payload }) => decodeAddress(payload));
const names = new Map(
  recorded('links')
    .messages.filter(({ type }) => type === RTM.NEWLINK)
    .map(({ payload }) => decodeLink(payload))
    .map(({ index, name }) => [index, name]),
);
const scopes = new Map<number, string>([
  [RT_SCOPE.UNIVERSE, 'global'],
  [RT_SCOPE.LINK, 'link'],
  [RT_SCOPE.HOST, 'host'],
]);

describe('recorded addresses', () => {
  it('are read as iproute2 does', () => {
    const expected = readByIproute2<Iproute2Addresses>('addresses').flatMap(({ ifname, addr_info }) =>
      addr_info.map((info) => ({
        link: ifname,
        ipv6: info.family === 'inet6',
        local: info.local,
        peer: info.address,
        prefixLength: info.prefixlen,
        scope: info.scope,
        label: info.label,
        broadcast: info.broadcast,
        secondary: info.secondary ?? false,
        permanent: !(info.dynamic ?? false),
        tentative: info.tentative ?? false,
        noDad: info.nodad ?? false,
        valid: info.valid_life_time,
        preferred: info.preferred_life_time,
      })),
    );
    const has = (flags: number, flag: number) => (flags & flag) !== 0;
    const decoded = addresses.map((message) => {
      const own = ipFromBytes(message.local ?? message.address ?? new Uint8Array());
      const address = ipFromBytes(message.address ?? new Uint8Array());
      return {
        link: names.get(message.index),
        ipv6: message.family === AF.INET6,
        local: own,
        peer: address === own ? undefined : address,
        prefixLength: message.prefixLength,
        scope: scopes.get(message.scope),
        label: message.label,
        broadcast: message.broadcast && ipFromBytes(message.broadcast),
        secondary: has(message.flags, IFA_F.SECONDARY),
        permanent: has(message.flags, IFA_F.PERMANENT),
        tentative: has(message.flags, IFA_F.TENTATIVE),
        noDad: has(message.flags, IFA_F.NODAD),
        valid: message.cacheInfo?.valid,
        preferred: message.cacheInfo?.preferred,
      };
    });
    // iproute2 groups by link, the kernel's dump by family.
    const order = (each: { link: string | undefined; local: string }) => `${each.link} ${each.local}`;
    const sorted = <T extends { link: string | undefined; local: string }>(list: T[]) =>
      [...list].sort((one, other) => (order(one) < order(other) ? -1 : 1));
    expect(sorted(decoded)).toEqual(sorted(expected));
    expect(decoded.filter(({ secondary }) => secondary)).toHaveLength(1);
    expect(decoded.filter(({ peer }) => peer !== undefined)).toHaveLength(1);
  });

  it('come back the same when written and read again', () => {
    for (const address of addresses) expect(decodeAddress(encodeAddress(address))).toEqual(address);
  });

  it('keep flags above the eight of the header', () => {
    const flags = IFA_F.NOPREFIXROUTE | IFA_F.NODAD;
    expect(
      decodeAddress(encodeAddress({ family: AF.INET6, prefixLength: 64, flags, scope: 0, index: 1 })).flags,
    ).toBe(flags);
  });
});

it('refuses an address whose times are cut short', () => {
  const [address] = addresses;
  if (address === undefined) throw new Error('nothing recorded');
  const { cacheInfo, ...rest } = address;
  expect(cacheInfo).toBeDefined();
  const bytes = Uint8Array.of(...encodeAddress(rest), 12, 0, 6, 0, 1, 0, 0, 0, 1, 0, 0, 0);
  expect(() => decodeAddress(bytes)).toThrow(NetlinkDecodeError);
});
