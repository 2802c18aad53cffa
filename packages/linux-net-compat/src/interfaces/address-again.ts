import type { Address, AddressSpec } from 'netdev-core';

/** What makes an address again as the original did, from what `ip addr show` prints of it: without its label and its lifetimes. */
export function addressAgain({ cidr, broadcast, peer, noPrefixRoute }: Address, link: string): AddressSpec {
  return {
    ...{ link, cidr, broadcast: broadcast ?? null },
    ...(peer === undefined ? {} : { peer }),
    ...(noPrefixRoute === undefined ? {} : { noPrefixRoute }),
  };
}
