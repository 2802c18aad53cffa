import { specOfAddress } from 'netdev-core';
import { type AddressMessage, AF, LIFETIME_FOREVER, NLM_F, RT_SCOPE } from '../../../netlink/index.js';
import { deleteAddress } from '../../address-changes.js';
import { addressFromMessage } from '../../address-codec.js';
import { newAddress } from '../../layer3.js';
import { addressAgain } from '../../layer3-plan.js';
import type { HostState } from '../host-state.js';
import { ofLink, type Touched } from '../touched.js';
import { listDifference } from './list-difference.js';
import { grouped, type Restoring, type RestoringContext, type RestoringStep } from './restoring.js';

/** Seconds by which a lifetime may be off: the kernel tells whole ones. */
const TOLERANCE = 2;

/** Puts back the addresses of links, in their order. */
export function restoreAddresses(
  before: HostState,
  now: HostState,
  touched: Touched,
  { nameOf }: RestoringContext,
): Restoring {
  const isNamed = (message: AddressMessage): boolean => touched.addresses.has(keyOf(message));
  const was = grouped(before.addresses.filter(isOwn(isNamed)), listOf);
  const is = grouped(now.addresses.filter(isOwn(isNamed)), listOf);
  const elapsed = (now.readAt - before.readAt) / 1000;
  const result: Restoring = { off: [], on: [] };
  for (const list of new Set([...was.keys(), ...is.keys()])) {
    const [old, present] = [inOrder(was.get(list) ?? []), inOrder(is.get(list) ?? [])];
    const { drop, add } = listDifference(old, present, identityOf, isNamed);
    const again = (message: AddressMessage): AddressMessage => {
      const place = { name: nameOf(message.index) ?? '', index: message.index };
      return addressAgain(withLess(message, elapsed), place, place);
    };
    result.off.push(
      ...drop.map((message) => stepOf(message, 'delete-address', deleteAddress(message), nameOf)),
    );
    result.on.push(
      ...add.map((message) => stepOf(message, 'add-address', newAddress(again(message)), nameOf)),
      ...old
        .filter((message) => !add.includes(message) && hasOtherLifetimes(message, present, elapsed))
        .map((message) => {
          const request = newAddress(again(message), NLM_F.CREATE | NLM_F.REPLACE);
          return stepOf(message, 'add-address', request, nameOf);
        }),
    );
  }
  return result;
}

function stepOf(
  message: AddressMessage,
  change: 'add-address' | 'delete-address',
  request: Uint8Array,
  nameOf: RestoringContext['nameOf'],
): RestoringStep {
  const link = nameOf(message.index);
  const address = addressFromMessage(message, link ?? '');
  const what = `address ${address?.cidr} of ${link ?? `link ${message.index}`}`;
  if (link === undefined || address === undefined) return { what, request, told: undefined };
  const told =
    change === 'delete-address'
      ? ({ do: change, link, cidr: address.cidr } as const)
      : ({ do: change, spec: specOfAddress(address, link) } as const);
  return { what, request, told };
}

/** Each link has link-local IPv6 addresses for itself (RFC 4291, 2.5.6). */
function isOwn(isNamed: (message: AddressMessage) => boolean) {
  return (message: AddressMessage): boolean =>
    message.family !== AF.INET6 || message.scope !== RT_SCOPE.LINK || isNamed(message);
}

function keyOf(message: AddressMessage): string {
  return ofLink(message.index, addressFromMessage(message, '')?.cidr ?? '');
}

function listOf({ index, family }: AddressMessage): string {
  return `${index} ${family}`;
}

/** The order in which they have to be made: the kernel puts a new IPv6 address before the others (ipv6_link_dev_addr). */
function inOrder(messages: readonly AddressMessage[]): readonly AddressMessage[] {
  return messages[0]?.family === AF.INET6 ? messages.toReversed() : messages;
}

/** Equal for two readings of one address, lifetimes aside. */
function identityOf(message: AddressMessage): string {
  const { cacheInfo: _, ...rest } = addressAgain(message, { name: '' }, { name: '', index: message.index });
  return JSON.stringify(rest, (_key, value) => (value instanceof Uint8Array ? [...value] : value));
}

/** The message with the lifetimes that would be left by now. */
function withLess(message: AddressMessage, elapsed: number): AddressMessage {
  const { cacheInfo } = message;
  if (cacheInfo === undefined) return message;
  const less = (seconds: number): number =>
    seconds === LIFETIME_FOREVER ? seconds : Math.max(0, Math.round(seconds - elapsed));
  const left = { valid: Math.max(1, less(cacheInfo.valid)), preferred: less(cacheInfo.preferred) };
  return { ...message, cacheInfo: { ...cacheInfo, ...left } };
}

function hasOtherLifetimes(
  message: AddressMessage,
  present: readonly AddressMessage[],
  elapsed: number,
): boolean {
  const wanted = withLess(message, elapsed).cacheInfo;
  const found = present.find((one) => keyOf(one) === keyOf(message))?.cacheInfo;
  if (wanted === undefined || found === undefined) return false;
  const differ = (one: number, other: number): boolean => Math.abs(one - other) > TOLERANCE;
  return differ(wanted.valid, found.valid) || differ(wanted.preferred, found.preferred);
}
