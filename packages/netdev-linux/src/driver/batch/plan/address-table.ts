import type { ParsedAddressSpec } from 'netdev-core';
import { type AddressMessage, AF } from '../../../netlink/index.js';
import { addressFromMessage } from '../../address-codec.js';
import { networkOf } from '../../layer3-plan.js';

/** The addresses of the links that a batch is about, as they will be when what was planned has been carried out. */
export interface AddressTable {
  /** `unsure`: the kernel may have taken it along with another, or made it. */
  find(index: number, cidr: string): AddressMessage | 'unsure' | undefined;
  hasAny(index: number): boolean;
  put(spec: ParsedAddressSpec, message: AddressMessage): void;
  /** Says whether it may have been the last of its family. */
  remove(index: number, cidr: string): boolean;
}

export function addressTable(messages: readonly AddressMessage[]): AddressTable {
  const links = new Map<number, Map<string, AddressMessage | 'unsure'>>();
  const ofLink = (index: number): Map<string, AddressMessage | 'unsure'> => {
    const addresses = links.get(index) ?? new Map<string, AddressMessage | 'unsure'>();
    links.set(index, addresses);
    return addresses;
  };
  for (const message of messages) {
    const cidr = addressFromMessage(message, '')?.cidr;
    if (cidr !== undefined && !ofLink(message.index).has(cidr)) ofLink(message.index).set(cidr, message);
  }
  return {
    find: (index, cidr) => (isLinkLocal(cidr) ? 'unsure' : links.get(index)?.get(cidr)),
    hasAny: (index) => (links.get(index)?.size ?? 0) > 0,
    put: (spec, message) => {
      // The kernel's own default, which the next specification may ask for.
      const label = message.family === AF.INET ? (message.label ?? spec.link) : undefined;
      ofLink(message.index).set(spec.cidr, { ...message, label });
    },
    remove: (index, cidr) => {
      const addresses = ofLink(index);
      const removed = addresses.get(cidr);
      addresses.delete(cidr);
      if (typeof removed !== 'object') return true;
      let isLast = true;
      for (const [other, message] of addresses) {
        if (typeof message === 'object' && message.family !== removed.family) continue;
        // Those of the same network go with their first, or one of them becomes it (promote_secondaries, ip-sysctl.rst).
        const isSecondary =
          removed.family === AF.INET &&
          typeof message === 'object' &&
          networkOf(message) === networkOf(removed);
        if (isSecondary) addresses.set(other, 'unsure');
        else if (typeof message === 'object') isLast = false;
      }
      return isLast;
    },
  };
}

/** The kernel gives each link one by itself. */
function isLinkLocal(cidr: string): boolean {
  return /^fe[89ab]/.test(cidr);
}
