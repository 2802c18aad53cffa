import {
  type Address,
  DeviceExistsError,
  type Ensured,
  InvalidArgumentError,
  type MovedLayer3,
  type NetDevOperation,
  type OperationOptions,
  PlatformError,
  parseInterfaceName,
  type Route,
  UnsupportedError,
} from 'netdev-core';
import { IFF } from '../netlink/index.js';
import { addressFromMessage } from './address-codec.js';
import type { Attempt } from './kernel-error.js';
import { type Layer3, readLayer3, remake } from './layer3.js';
import { sameIpv6Address } from './layer3-plan.js';
import { linkNames } from './names.js';
import { routeFromMessage } from './route-codec.js';
import type { Session } from './session.js';

/** Moves addresses and routes as the kernel tells them, with all that the contract has no word for. */
export async function moveLayer3(
  session: Session,
  done: (operation: NetDevOperation) => void,
  { from, to }: { from: string; to: string },
  options?: OperationOptions,
): Promise<Ensured<MovedLayer3>> {
  const [source, target] = [parseInterfaceName(from, 'from'), parseInterfaceName(to, 'to')];
  if (source === target) throw new InvalidArgumentError('to', to, 'another link than the one to move from');
  const attempt = { operation: 'move layer 3', object: `from ${source} to ${target}` };
  const [sourceIndex, targetIndex] = [
    await session.indexOf(source, attempt, options),
    await session.indexOf(target, attempt, options),
  ];
  const layer3 = await readLayer3(
    session,
    { name: source, index: sourceIndex },
    { name: target, index: targetIndex },
    attempt,
    options,
  );
  await refuseBeforehand(session, layer3, attempt, options);
  const changed = await remake(session, layer3, attempt, (address) => address, done, options);
  const names = await linkNames(session, options);
  const nameThere = (index: number): string | undefined => (index === sourceIndex ? target : names(index));
  return {
    changed,
    value: {
      addresses: layer3.addresses.flatMap((address): Address[] => {
        const moved = addressFromMessage(address, target);
        return moved === undefined ? [] : [moved];
      }),
      routes: layer3.routes.flatMap(({ message }): Route[] => {
        const moved = routeFromMessage(message, nameThere);
        return moved === undefined ? [] : [moved];
      }),
    },
  };
}

/** What cannot succeed is said before anything is taken down. */
async function refuseBeforehand(
  session: Session,
  { to, addresses, routes, present }: Layer3,
  attempt: Attempt,
  options?: OperationOptions,
): Promise<void> {
  for (const address of addresses) {
    const other = sameIpv6Address(address, present);
    if (other !== undefined && other.prefixLength !== address.prefixLength) {
      const cidr = addressFromMessage(other, to.name)?.cidr;
      throw new DeviceExistsError({
        ...attempt,
        detail: `${to.name} has ${cidr}, and ${addressFromMessage(address, to.name)?.cidr} is to move there`,
        hint: `delete ${cidr} from ${to.name} first: the kernel has an IPv6 address once a link, in one network`,
      });
    }
  }
  const byObject = routes.find(({ message }) => message.nextHopId !== undefined);
  if (byObject !== undefined) {
    throw new UnsupportedError({
      ...attempt,
      detail: `a route uses nexthop object ${byObject.message.nextHopId}, which belongs to its link (ip-nexthop(8))`,
      hint: 'replace that route by one with a gateway and a link first',
    });
  }
  const target = await session.findLink(to.name, options);
  if (routes.length > 0 && ((target?.flags ?? 0) & IFF.UP) === 0) {
    throw new PlatformError({
      ...attempt,
      detail: `${to.name} is down, and ${routes.length} routes are to move`,
      hint: `bring ${to.name} up first: the kernel takes no route through a link that is down`,
    });
  }
}
