import type { MacAddress } from 'netdev-core';
import type { NetworkStack } from './network-stack.js';

/** A bridge without an address of its own takes the lowest of its ports (IEEE 802.1D, 7.12.5). */
export function adoptPortMac(stack: NetworkStack, bridgeIndex: number): void {
  const bridge = stack.links.get(bridgeIndex);
  if (bridge === undefined || bridge.macIsChosen) return;
  const macs = [...stack.links.values()].flatMap(({ master, mac }) =>
    master === bridgeIndex && mac !== undefined ? [mac] : [],
  );
  bridge.mac = macs.sort()[0] ?? bridge.mac;
}

/** A local address (IEEE 802: second-lowest bit of the first octet) that two runs give alike. */
export function madeUpMac(stack: NetworkStack, index: number): MacAddress {
  const seed = [...(stack.name ?? 'host')].reduce(
    (sum, letter) => (sum * 31 + letter.charCodeAt(0)) & 0xffff,
    7,
  );
  const octets = [0x02, 0x4d, seed >> 8, seed & 0xff, (index >> 8) & 0xff, index & 0xff];
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':') as MacAddress;
}
