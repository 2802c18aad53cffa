import type { MacAddress } from 'netdev-core';

/** The text of a 48-bit hardware address; `undefined` for any other length (a tunnel's, an InfiniBand card's). */
export function macFromBytes(bytes: Uint8Array | undefined): MacAddress | undefined {
  if (bytes?.length !== 6) return undefined;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':') as MacAddress;
}

export function macToBytes(mac: string): Uint8Array {
  return Uint8Array.from(mac.split(':'), (pair) => Number.parseInt(pair, 16));
}
