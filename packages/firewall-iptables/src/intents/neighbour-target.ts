import { type Cidr, cidrAddress, ipToBytes, prefixLength } from 'netdev-core';

/** Where the target address is in a neighbour advertisement (RFC 4861, 4.4): 8 bytes behind IPv6's 40. */
const TARGET = 0x30;

/**
 * Matches a neighbour advertisement for one address, or one of a network. Where an extension header comes first the
 * target is elsewhere, and does not match.
 */
export function matchTarget(network: string): string | undefined {
  const words = targetWords(network as Cidr);
  return words.length === 0 ? undefined : `-m u32 --u32 "${words.join('&&')}"`;
}

/** The tests of xt_u32 on the 32-bit words of an address, as iptables-save prints them. */
function targetWords(network: Cidr): string[] {
  const bytes = new DataView(ipToBytes(cidrAddress(network)).buffer);
  const length = prefixLength(network);
  return [0, 1, 2, 3].flatMap((word) => {
    const bits = Math.min(32, Math.max(0, length - word * 32));
    if (bits === 0) return [];
    const place = `0x${(TARGET + word * 4).toString(16)}`;
    const value = `0x${bytes.getUint32(word * 4).toString(16)}`;
    const mask = (0xffffffff << (32 - bits)) >>> 0;
    return [bits === 32 ? `${place}=${value}` : `${place}&0x${mask.toString(16)}=${value}`];
  });
}
