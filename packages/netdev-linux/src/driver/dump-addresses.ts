import type { OperationOptions } from 'netdev-core';
import {
  type AddressMessage,
  decodeAddress,
  encodeAddress,
  MESSAGE_HEADER_SIZE,
  RTM,
} from '../netlink/index.js';
import type { Attempt } from './kernel-error.js';
import type { Session } from './session.js';

/** What the kernel gives in one part of a dump at least: a page less its own overhead (NLMSG_GOODSIZE). */
const ONE_PART = 3000;

/**
 * The addresses of one link, or of all (index 0), of one family or both (0).
 *
 * The kernel marks a dump of all that changes overtook, and one of a single link not (inet_dump_addr of
 * net/ipv4/devinet.c). So what may have come in several parts is read again among all.
 *
 * @throws InterruptedReadError
 */
export async function dumpAddresses(
  session: Session,
  { index, family }: { index: number; family: number },
  attempt: Attempt,
  options?: OperationOptions,
): Promise<AddressMessage[]> {
  const { addresses, size } = await dumpOnce(session, { index, family }, attempt, options);
  if (index === 0 || size <= ONE_PART) return ofLink(addresses, index);
  const all = await dumpOnce(session, { index: 0, family }, attempt, options);
  return ofLink(all.addresses, index);
}

async function dumpOnce(
  session: Session,
  { index, family }: { index: number; family: number },
  attempt: Attempt,
  options?: OperationOptions,
): Promise<{ addresses: AddressMessage[]; size: number }> {
  const request = encodeAddress({ family, prefixLength: 0, flags: 0, scope: 0, index });
  const messages = await session.dump(
    RTM.GETADDR,
    request,
    (payload) => ({ address: decodeAddress(payload), size: MESSAGE_HEADER_SIZE + payload.length }),
    attempt,
    options,
  );
  return {
    addresses: messages.map(({ address }) => address),
    size: messages.reduce((sum, { size }) => sum + size, 0),
  };
}

/** A kernel without strict checking (before 4.20) passes over the link that was asked for. */
function ofLink(addresses: AddressMessage[], index: number): AddressMessage[] {
  return index === 0 ? addresses : addresses.filter((address) => address.index === index);
}
