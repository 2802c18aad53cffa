import { describe, expect, it } from 'vitest';
import {
  encodeMessage,
  listAttributes,
  NetlinkDecodeError,
  setSequence,
  splitMessages,
} from '../src/netlink/index.js';
import { concat } from '../src/netlink/scalar.js';
import { attribute, nested, text, u16, u32 } from './netlink-bytes.js';

const first = encodeMessage({ type: 16, flags: 5, sequence: 7, port: 9 }, Uint8Array.of(1, 2, 3));
const second = encodeMessage({ type: 20 }, new Uint8Array(0));

describe('messages', () => {
  it('has its length in front and is padded to four bytes', () => {
    expect(first).toHaveLength(20);
    expect([...first]).toEqual([19, 0, 0, 0, 16, 0, 5, 0, 7, 0, 0, 0, 9, 0, 0, 0, 1, 2, 3, 0]);
  });

  it('is split from the others of its datagram', () => {
    expect(splitMessages(concat([first, second]))).toEqual([
      { type: 16, flags: 5, sequence: 7, port: 9, payload: Uint8Array.of(1, 2, 3) },
      { type: 20, flags: 0, sequence: 0, port: 0, payload: new Uint8Array(0) },
    ]);
    expect(splitMessages(new Uint8Array(0))).toEqual([]);
  });

  it('may lack the padding at the very end', () => {
    expect(splitMessages(first.subarray(0, 19))).toHaveLength(1);
  });

  it('gets its sequence number late', () => {
    const message = first.slice();
    setSequence(message, 0xfffffffe);
    expect(splitMessages(message)[0]).toMatchObject({ sequence: 0xfffffffe, port: 9, flags: 5 });
  });

  it.each([
    ['a header cut short', first.subarray(0, 15)],
    ['a payload cut short', first.subarray(0, 18)],
    ['a length below the header', concat([u32(15), first.subarray(4)])],
    ['no length at all', concat([u32(0), first.subarray(4)])],
    ['a length that would be negative as a signed number', concat([u32(0xffffffff), first.subarray(4)])],
    ['rubbish behind a good message', concat([first, Uint8Array.of(1, 2)])],
  ])('refuses %s', (_, bytes) => {
    expect(() => splitMessages(bytes)).toThrow(NetlinkDecodeError);
  });
});

describe('attributes', () => {
  it('are padded, and their length counts without the padding', () => {
    expect([...attribute(3, text('lo'))]).toEqual([7, 0, 3, 0, 0x6c, 0x6f, 0, 0]);
  });

  it('are listed in order with the place each starts at', () => {
    const bytes = concat([attribute(3, text('lo')), attribute(4, u16(9)), attribute(3, text('x'))]);
    expect(listAttributes(bytes, 'test').map(({ type, offset }) => [type, offset])).toEqual([
      [3, 0],
      [4, 8],
      [3, 16],
    ]);
  });

  it('lose the two flags of their type when read', () => {
    const inner = attribute(1, u32(5));
    const outer = nested(18, [inner]);
    expect(outer[3]).toBe(0x80);
    expect(listAttributes(outer, 'test')).toEqual([{ type: 18, offset: 0, value: inner }]);
    expect(listAttributes(attribute(5 | 0x4000, u16(1)), 'test')[0]?.type).toBe(5);
  });

  it.each([
    ['a header cut short', Uint8Array.of(8, 0, 1)],
    ['a length below the header', Uint8Array.of(3, 0, 1, 0)],
    ['a length of nothing, which would never end', Uint8Array.of(0, 0, 1, 0)],
    ['a length past the end', Uint8Array.of(9, 0, 1, 0, 1, 2, 3, 4)],
  ])('refuse %s', (_, bytes) => {
    expect(() => listAttributes(bytes, 'test')).toThrow(NetlinkDecodeError);
  });

  it('hold no more than their length can tell', () => {
    expect(attribute(1, new Uint8Array(65531))).toHaveLength(65536);
    expect(() => attribute(1, new Uint8Array(65532))).toThrow(RangeError);
  });
});
