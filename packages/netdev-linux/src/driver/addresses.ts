import {
  type Address,
  type AddressFilter,
  type AddressSpec,
  type Ensured,
  type IpFamily,
  ipFamily,
  type NetDevOperation,
  type OperationOptions,
  type ParsedAddressSpec,
  PlatformError,
  parseAddressSpec,
} from 'netdev-core';
import type { AddressMessage } from '../netlink/index.js';
import { addressAddition, addressRemoval } from './address-changes.js';
import { addressFamily, addressFromMessage, isSameAddress, withProperties } from './address-codec.js';
import { carryOut } from './change.js';
import { dumpAddresses } from './dump-addresses.js';
import type { Attempt } from './kernel-error.js';
import { readLayer3, remake } from './layer3.js';
import { linkNames } from './names.js';
import type { Session } from './session.js';

/** Reads and changes the addresses of one namespace. */
export function createAddresses(session: Session, done: (operation: NetDevOperation) => void) {
  /** The messages about one link, or about all (index 0). */
  const read = (
    index: number,
    family: IpFamily | undefined,
    attempt: Attempt,
    options?: OperationOptions,
  ): Promise<AddressMessage[]> =>
    dumpAddresses(
      session,
      { index, family: family === undefined ? 0 : addressFamily(family) },
      attempt,
      options,
    );

  const list = async (
    { link, family }: AddressFilter = {},
    options?: OperationOptions,
  ): Promise<Address[]> => {
    const attempt = { operation: 'list addresses of', object: link ?? 'all links' };
    const index = link === undefined ? 0 : await session.indexOf(link, attempt, options);
    const names = link === undefined ? await linkNames(session, options) : () => link;
    const messages = await read(index, family, attempt, options);
    return messages.flatMap(
      (message) => addressFromMessage(message, names(message.index) ?? `#${message.index}`) ?? [],
    );
  };

  const find = async (
    { link, cidr }: ParsedAddressSpec,
    index: number,
    attempt: Attempt,
    options?: OperationOptions,
  ): Promise<{ message: AddressMessage; address: Address } | undefined> => {
    const messages = await read(index, ipFamily(cidr), attempt, options);
    return messages
      .flatMap((message) => {
        const address = addressFromMessage(message, link);
        return address?.cidr === cidr ? { message, address } : [];
      })
      .at(0);
  };

  /** The address goes and comes again; what leans on it is kept. */
  const rewrite = async (
    spec: ParsedAddressSpec,
    present: AddressMessage,
    attempt: Attempt,
    options?: OperationOptions,
  ): Promise<void> => {
    const place = { name: spec.link, index: present.index };
    const layer3 = await readLayer3(session, place, place, attempt, options);
    const sameFamily = ({ family }: { family: number }): boolean => family === present.family;
    await remake(
      session,
      {
        ...layer3,
        addresses: layer3.addresses.filter(sameFamily),
        routes: layer3.routes.filter(({ message }) => sameFamily(message)),
      },
      attempt,
      (address) => (isSameAddress(address, present) ? withProperties(address, spec) : address),
      () => {},
      options,
    );
    done({ do: 'add-address', spec });
  };

  const remove = async (spec: ParsedAddressSpec, options?: OperationOptions): Promise<boolean> => {
    const attempt = { operation: 'delete address', object: `${spec.cidr} from ${spec.link}` };
    const index = await session.indexOf(spec.link, attempt, options);
    const present = await find(spec, index, attempt, options);
    return present === undefined
      ? false
      : carryOut(session, addressRemoval(spec, present.message), done, options);
  };

  const ensure = async (given: AddressSpec, options?: OperationOptions): Promise<Ensured<Address>> => {
    const spec = parseAddressSpec(given);
    const attempt = { operation: 'add address', object: `${spec.cidr} to ${spec.link}` };
    const index = await session.indexOf(spec.link, attempt, options);
    const present = await find(spec, index, attempt, options);
    const change = addressAddition(spec, index, present?.message);
    if (change === 'right' && present !== undefined) return { changed: false, value: present.address };
    if (change === 'rewrite' && present !== undefined) await rewrite(spec, present.message, attempt, options);
    else if (typeof change === 'object') await carryOut(session, change, done, options);
    const value = await find(spec, index, attempt, options);
    if (value !== undefined) return { changed: true, value: value.address };
    throw new PlatformError({
      ...attempt,
      detail: 'it was accepted, and is gone again',
      hint: 'another program may manage this link',
    });
  };

  return {
    list,
    ensure,
    delete: async (link: string, cidr: string, options?: OperationOptions) =>
      remove(parseAddressSpec({ link, cidr }), options),
  };
}
