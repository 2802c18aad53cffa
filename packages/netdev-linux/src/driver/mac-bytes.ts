import type { MacAddress } from 'netdev-core';

/** Each byte in two hexadecimal digits: a listing has an address for every link. */
const OCTETS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The text of a 48-bit hardware address; `undefined` for any other length (a tunnel's, an InfiniBand card's). */
export function macFromBytes(bytes: Uint8Array | undefined): MacAddress | undefined {
  if (bytes?.length !== 6) return undefined;
  let text = OCTETS[bytes[0] as number] as string;
  for (let place = 1; place < 6; place++) text += `:${OCTETS[bytes[place] as number]}`;
  return text as MacAddress;
}

export function macToBytes(mac: string): Uint8Array {
  return Uint8Array.from(mac.split(':'), (pair) => Number.parseInt(pair, 16));
}
