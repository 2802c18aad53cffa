import { type IpAddress, ipToBytes } from 'netdev-core';
import { neighbourMessages } from './parse-packet.js';
import type { Seen } from './seen.js';
import { of, type Truth } from './truth.js';

/** Where the target of a neighbour solicitation or advertisement is (RFC 4861, 4.3 and 4.4): behind 40 bytes and 8. */
const TARGET = 48;

/**
 * Tests of `u32` (iptables-extensions(8)) on the target of a message of neighbour discovery, one 32-bit word each:
 * `0x30=0xfe800000&&0x34&0xffff0000=0x0`. Others are not understood here.
 */
export function targetTest(text: string): ((seen: Seen) => Truth) | undefined {
  const words = text.split('&&').map((test) => {
    const found = /^(0x[0-9a-f]+)(?:&(0x[0-9a-f]+))?=(0x[0-9a-f]+)$/i.exec(test);
    if (found === null) return undefined;
    const [, place, mask = '0xffffffff', value] = found;
    return { offset: Number(place) - TARGET, mask: Number(mask), value: Number(value) };
  });
  const isOfTarget = (word: (typeof words)[number]): word is NonNullable<typeof word> =>
    word !== undefined && [0, 4, 8, 12].includes(word.offset);
  if (!words.every(isOfTarget)) return undefined;
  return ({ ip }) => {
    if (ip?.icmpType === undefined || !neighbourMessages.includes(ip.icmpType)) return 'unknown';
    return of(ip.neighbourTarget, (target) => {
      const bytes = targetBytes(target);
      return words.every(({ offset, mask, value }) => ((bytes.getUint32(offset) & mask) ^ value) >>> 0 === 0);
    });
  };
}

function targetBytes(target: IpAddress): DataView {
  return new DataView(ipToBytes(target).buffer);
}
