import { describe, expect, it } from 'vitest';
import {
  attributePath,
  decodeAcknowledgement,
  encodeLink,
  encodeMessage,
  encodeRoute,
  errnoName,
  errnoText,
  missingAttributeName,
  NetlinkDecodeError,
  NLM_F,
  NLMSG,
  NLMSGERR_ATTR,
  RTM,
} from '../src/netlink/index.js';
import { concat } from '../src/netlink/scalar.js';
import { attribute, text, u32 } from './netlink-bytes.js';
import { recorded } from './recorded-messages.js';

function refusalOf(name: string) {
  const { messages, request } = recorded(name);
  const last = messages.at(-1);
  if (last === undefined) throw new Error('nothing recorded');
  const { errno, extended } = decodeAcknowledgement(last);
  return {
    errno: errnoName(errno),
    message: extended.message,
    attribute: extended.offset === undefined ? undefined : attributePath(request, extended.offset).join('.'),
  };
}

describe('recorded refusals', () => {
  it.each([
    ['no such link', 'ENODEV', undefined, undefined],
    ['exists', 'EEXIST', undefined, undefined],
    ['unknown kind', 'EOPNOTSUPP', 'Unknown device type', undefined],
    [
      'vxlan id too large',
      'ERANGE',
      'VXLAN ID must be lower than 16777216',
      'IFLA_LINKINFO.IFLA_INFO_DATA.IFLA_VXLAN_ID',
    ],
    ['mtu too small', 'EINVAL', 'mtu less than device minimum', undefined],
    ['attribute too short', 'ERANGE', 'Attribute failed policy validation', 'IFLA_MTU'],
    ['attribute too short, not capped', 'ERANGE', 'Attribute failed policy validation', 'IFLA_MTU'],
    ['attribute too short, capped', 'ERANGE', 'Attribute failed policy validation', 'IFLA_MTU'],
    ['attribute too short, no extended acknowledgement', 'ERANGE', undefined, undefined],
    ['gateway out of reach', 'ENETUNREACH', 'Nexthop has invalid gateway', undefined],
    ['dump of a table that is not there', 'ENOENT', 'ipv4: FIB table does not exist', undefined],
  ])('%s: %s', (name, errno, message, attributeName) => {
    expect(refusalOf(name)).toEqual({ errno, message, attribute: attributeName });
  });

  it('repeat the request unless they are capped', () => {
    const lengths = ['attribute too short, not capped', 'attribute too short, capped'].map(
      (name) => recorded(name).messages[0]?.payload.length ?? 0,
    );
    const request = recorded('attribute too short, capped').request;
    expect((lengths[0] ?? 0) - (lengths[1] ?? 0)).toBe(request.length - 16);
  });

  it('are no refusals when the errno is 0', () => {
    expect(refusalOf('done').errno).toBe('errno 0');
    const [done] = recorded('done').messages;
    expect(done && decodeAcknowledgement(done)).toEqual({ errno: 0, extended: {} });
  });
});

describe('an acknowledgement', () => {
  const request = encodeMessage(
    { type: RTM.NEWLINK },
    encodeLink({ name: 'v5', info: { kind: 'vlan', vlan: { protocol: 0x8100 } } }),
  );
  const header = request.slice(0, 16);
  const acknowledge = (flags: number, ...parts: Uint8Array[]) => ({
    type: NLMSG.ERROR,
    flags,
    sequence: 1,
    port: 0,
    payload: concat([u32(-22), ...parts]),
  });

  it('tells which attribute was missing, and where', () => {
    const nestOffset = 16 + 16 + 8 + 4 + 12;
    const { extended } = decodeAcknowledgement(
      acknowledge(
        NLM_F.CAPPED | NLM_F.ACK_TLVS,
        header,
        attribute(NLMSGERR_ATTR.MISS_TYPE, u32(1)),
        attribute(NLMSGERR_ATTR.MISS_NEST, u32(nestOffset)),
        attribute(NLMSGERR_ATTR.MSG, text('VLAN id not specified')),
      ),
    );
    expect(extended).toEqual({ missingType: 1, missingNest: nestOffset, message: 'VLAN id not specified' });
    expect(missingAttributeName(request, 1, nestOffset)).toBe('IFLA_VLAN_ID');
    expect(missingAttributeName(request, 5)).toBe('IFLA_LINK');
    expect(missingAttributeName(request, 999)).toBe('IFLA_999');
    expect(missingAttributeName(request, 5, 3)).toBe('attribute 5');
  });

  it('ends a dump, with or without an error', () => {
    const done = (payload: Uint8Array, flags = 0) =>
      decodeAcknowledgement({ type: NLMSG.DONE, flags, sequence: 1, port: 0, payload });
    expect(done(new Uint8Array(0)).errno).toBe(0);
    expect(done(u32(0)).errno).toBe(0);
    expect(done(u32(-4)).errno).toBe(4);
    const told = attribute(NLMSGERR_ATTR.MSG, text('no table'));
    expect(done(concat([u32(-2), told]), NLM_F.ACK_TLVS).extended.message).toBe('no table');
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['no header of the request', u32(-22)],
    ['rubbish for attributes', concat([u32(-22), header, Uint8Array.of(1, 0, 1, 0)])],
    ['an attribute past the end', concat([u32(-22), header, Uint8Array.of(200, 0, 1, 0)])],
  ])('is refused with %s', (_, payload) => {
    const message = {
      type: NLMSG.ERROR,
      flags: NLM_F.CAPPED | NLM_F.ACK_TLVS,
      sequence: 1,
      port: 0,
      payload,
    };
    expect(() => decodeAcknowledgement(message)).toThrow(NetlinkDecodeError);
  });

  it('is refused when it claims a request longer than itself', () => {
    for (const length of [0x7fffffff, 0xffffffff, 17]) {
      const claimed = acknowledge(NLM_F.ACK_TLVS, u32(length), header.subarray(4));
      expect(() => decodeAcknowledgement(claimed)).toThrow(NetlinkDecodeError);
    }
  });
});

describe('the path to an attribute', () => {
  const route = encodeMessage(
    { type: RTM.NEWROUTE },
    encodeRoute({
      ...{ family: 2, destinationLength: 0, sourceLength: 0, tos: 0, table: 254 },
      ...{ protocol: 3, scope: 0, type: 1, flags: 0 },
      priority: 5,
      metrics: { mtu: 1 },
    }),
  );

  it('goes through nests', () => {
    expect(attributePath(route, 28)).toEqual(['RTA_PRIORITY']);
    expect(attributePath(route, 36)).toEqual(['RTA_METRICS']);
    expect(attributePath(route, 40)).toEqual(['RTA_METRICS', 'RTAX_MTU']);
  });

  it('is empty where none starts', () => {
    for (const offset of [0, 16, 29, 41, 5000, 0xffffffff]) expect(attributePath(route, offset)).toEqual([]);
    expect(attributePath(new Uint8Array(3), 0)).toEqual([]);
    expect(attributePath(encodeMessage({ type: 99 }, new Uint8Array(40)), 16)).toEqual([]);
  });
});

it('names errors as the C library does', () => {
  expect([errnoName(95), errnoText(95)]).toEqual(['EOPNOTSUPP', 'Operation not supported']);
  expect([errnoName(9999), errnoText(9999)]).toEqual(['errno 9999', 'Unknown error 9999']);
});
