import type { Neighbour, OperationOptions } from 'netdev-core';
import { showArp, showNdp } from '../commands/neighbour.js';
import { addressesOf } from '../parse/address.js';
import type { ShownInterface } from '../parse/ifconfig.js';
import { parseArp, parseNdp } from '../parse/neighbour.js';
import type { Session } from './session.js';

/** Those on some links. An address of the host's own is shown as a neighbour, and is none. */
export async function readNeighbours(
  session: Session,
  shown: readonly ShownInterface[],
  family: 'ipv4' | 'ipv6',
  operation: string,
  options?: OperationOptions,
): Promise<Neighbour[]> {
  const text = await session.read(family === 'ipv4' ? showArp() : showNdp(), { operation }, options);
  const all = family === 'ipv4' ? parseArp(text) : parseNdp(text);
  const own = new Map(
    shown.map((one) => [one.name, addressesOf(one).map(({ cidr }) => cidr.split('/')[0])] as const),
  );
  return all.filter(({ link, address }) => own.get(link)?.includes(address) === false);
}
