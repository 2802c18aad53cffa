import type { MemoryHost } from '../src/index.js';
import type { OfferedCard } from '../src/netdev.js';

/** Puts a card with three virtual functions into a memory host; a guest has the last. */
export function addMemoryCard(host: MemoryHost): OfferedCard {
  const pciAddresses = ['0000:04:10.1', '0000:04:10.3', '0000:04:10.5'];
  for (const [index, pciAddress] of pciAddresses.entries()) {
    host.addVirtualFunction({
      pciAddress,
      parent: 'eth2',
      index,
      ...(index === 2 ? {} : { link: `eth2v${index}` }),
    });
  }
  return { parent: 'eth2', pciAddresses };
}
