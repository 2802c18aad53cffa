import type { ParsedBridgeVlanRange, ParsedBridgeVlanSpec } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { vlansFromMessage, vlansToMessage } from '../src/driver/bridge-vlan-message.js';
import {
  attributePath,
  decodeBridgeVlans,
  decodeVlanNotice,
  encodeBridgeVlans,
  encodeMessage,
  NetlinkDecodeError,
  RTM,
} from '../src/netlink/index.js';
import { bytesOfHex, hexOf } from './recorded-messages.js';

/** What `bridge vlan add dev X vid 10-20 untagged self` sends behind the message's header, for the link of number 3. */
const range =
  '07000000 03000000 00000000 00000000'.replaceAll(' ', '') +
  '1c001a80 06000000 02000000 08000200 0c000a00 08000200 14001400'.replaceAll(' ', '');

describe('VLANs of bridges in messages', () => {
  const spec = { link: 'br0', self: true, vlanId: 10, lastVlanId: 20, pvid: false, untagged: true };

  it('are written as struct bridge_vlan_info, the first and the last of a range', () => {
    const message = encodeBridgeVlans(vlansToMessage(spec as ParsedBridgeVlanSpec, 3));
    expect(hexOf(message)).toBe(range);
    const one = vlansToMessage(
      { link: 'a', vlanId: 7, pvid: true, untagged: true } as ParsedBridgeVlanSpec,
      4,
    );
    expect(one).toEqual({ index: 4, bridge: { vlans: [{ flags: 6, vlanId: 7 }] } });
    expect(vlansToMessage({ link: 'a', vlanId: 7 } as ParsedBridgeVlanRange, 4)).toEqual({
      ...{ index: 4, bridge: { vlans: [{ flags: 0, vlanId: 7 }] } },
    });
  });

  it('are named in errors', () => {
    const request = encodeMessage({ type: RTM.SETLINK, flags: 0 }, bytesOfHex(range));
    expect(attributePath(request, 16 + 16 + 4 + 8)).toEqual(['IFLA_AF_SPEC', 'IFLA_BRIDGE_VLAN_INFO']);
  });

  it('are read, ranges and single ones, in order', () => {
    const message = {
      ...decodeBridgeVlans(bytesOfHex(range)),
      ...{ name: 'a', master: 9 },
    };
    message.bridge?.vlans.push({ flags: 2, vlanId: 21 }, { flags: 4, vlanId: 9 });
    const about = { link: 'a', bridge: 'br0' };
    const nameOf = (index: number) => (index === 9 ? 'br0' : undefined);
    expect(vlansFromMessage(message, nameOf)).toEqual([
      { ...about, vlanId: 9, lastVlanId: 20, pvid: false, untagged: true },
      { ...about, vlanId: 21, pvid: true, untagged: false },
    ]);
    expect(vlansFromMessage({ ...message, bridge: undefined }, nameOf)).toEqual([]);
  });

  it('are refused where they are cut short', () => {
    const bytes = bytesOfHex(range);
    for (let length = 0; length < bytes.length; length++) {
      if (length === 16) continue;
      expect(() => decodeBridgeVlans(bytes.subarray(0, length))).toThrow(NetlinkDecodeError);
    }
    expect(decodeBridgeVlans(bytes.subarray(0, 16))).toEqual({ index: 3 });
  });
});

describe('notices of VLANs', () => {
  /** What the kernel tells of VLANs 10 to 20 of the link of number 5, and of VLAN 1 that frames without a tag are in. */
  const notice =
    '07000000 05000000'.replaceAll(' ', '') +
    '14000180 08000100 00000a00 06000200 14000000 0c000180 08000100 06000100'.replaceAll(' ', '');

  it('are read, ranges and single ones', () => {
    expect(decodeVlanNotice(bytesOfHex(notice))).toEqual({
      index: 5,
      vlans: [
        { flags: 0, vlanId: 10, lastVlanId: 20 },
        { flags: 6, vlanId: 1, lastVlanId: 1 },
      ],
    });
  });

  it('are refused where they are cut short', () => {
    const bytes = bytesOfHex(notice);
    for (let length = 0; length < bytes.length; length++) {
      // There may be one entry, or none.
      if (length === 8 || length === 28) continue;
      expect(() => decodeVlanNotice(bytes.subarray(0, length))).toThrow(NetlinkDecodeError);
    }
  });
});
