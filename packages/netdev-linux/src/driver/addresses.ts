import {
  type Address,
  type AddressFilter,
  type AddressSpec,
  type Ensured,
  isNetDevError,
  type NetDevOperation,
  type OperationOptions,
  type ParsedAddressSpec,
  PlatformError,
  parseAddressSpec,
} from 'netdev-core';
import { decodeAddress, encodeAddress, NLM_F, RTM } from '../netlink/index.js';
import {
  addressFamily,
  addressFromMessage,
  addressToMessage,
  hasLifetimes,
  hasProperties,
} from './address-codec.js';
import { linkNames } from './names.js';
import type { Session } from './session.js';

/** The errno of a request about an address that is not there (devinet.c, addrconf.c). */
const ABSENT = 'EADDRNOTAVAIL';

/** Reads and changes the addresses of one namespace. */
export function createAddresses(session: Session, done: (operation: NetDevOperation) => void) {
  const list = async (
    { link, family }: AddressFilter = {},
    options?: OperationOptions,
  ): Promise<Address[]> => {
    const attempt = { operation: 'list addresses of', object: link ?? 'all links' };
    const index = link === undefined ? undefined : await session.indexOf(link, attempt, options);
    const names = link === undefined ? await linkNames(session, options) : () => link;
    const request = {
      family: family === undefined ? 0 : addressFamily(family),
      prefixLength: 0,
      flags: 0,
      scope: 0,
      index: index ?? 0,
    };
    const messages = await session.dump(RTM.GETADDR, encodeAddress(request), decodeAddress, attempt, options);
    return messages.flatMap((message) => {
      // A kernel without strict checking (before 4.20) passes over the link that was asked for.
      if (index !== undefined && message.index !== index) return [];
      return addressFromMessage(message, names(message.index) ?? `#${message.index}`) ?? [];
    });
  };

  const find = async (
    { link, cidr }: ParsedAddressSpec,
    options?: OperationOptions,
  ): Promise<Address | undefined> => (await list({ link }, options)).find((address) => address.cidr === cidr);

  const add = async (spec: ParsedAddressSpec, options?: OperationOptions): Promise<void> => {
    const attempt = { operation: 'add address', object: `${spec.cidr} to ${spec.link}` };
    const index = await session.indexOf(spec.link, attempt, options);
    const flags = NLM_F.CREATE | NLM_F.REPLACE;
    await session.change(RTM.NEWADDR, flags, encodeAddress(addressToMessage(spec, index)), attempt, options);
    done({ do: 'add-address', spec });
  };

  const remove = async (spec: ParsedAddressSpec, options?: OperationOptions): Promise<boolean> => {
    const attempt = { operation: 'delete address', object: `${spec.cidr} from ${spec.link}` };
    const index = await session.indexOf(spec.link, attempt, options);
    const { family, prefixLength, local, address } = addressToMessage(spec, index);
    const message = { family, prefixLength, local, address, flags: 0, scope: 0, index };
    try {
      await session.change(RTM.DELADDR, 0, encodeAddress(message), attempt, options);
    } catch (error) {
      if (isNetDevError(error) && error.errno === ABSENT) return false;
      throw error;
    }
    done({ do: 'delete-address', link: spec.link, cidr: spec.cidr });
    return true;
  };

  const ensure = async (given: AddressSpec, options?: OperationOptions): Promise<Ensured<Address>> => {
    const spec = parseAddressSpec(given);
    const present = await find(spec, options);
    if (present !== undefined && hasProperties(present, spec) && hasLifetimes(present, spec)) {
      return { changed: false, value: present };
    }
    // The kernel replaces lifetimes in place, and nothing else.
    if (present !== undefined && !hasProperties(present, spec)) await remove(spec, options);
    await add(spec, options);
    const value = await find(spec, options);
    if (value === undefined) {
      throw new PlatformError({
        operation: 'add address',
        object: `${spec.cidr} to ${spec.link}`,
        detail: 'it was accepted, and is gone again',
        hint: 'another program may manage this link',
      });
    }
    return { changed: true, value };
  };

  return {
    list,
    add,
    ensure,
    delete: (link: string, cidr: string, options?: OperationOptions) =>
      remove(parseAddressSpec({ link, cidr }), options),
  };
}
