import { type NetDevOperation, type OperationOptions, specOfRoute } from 'netdev-core';
import {
  type AddressMessage,
  decodeRoute,
  encodeAddress,
  encodeMessage,
  encodeRoute,
  NLM_F,
  RTM,
} from '../netlink/index.js';
import { deleteAddress } from './address-changes.js';
import { addressFromMessage } from './address-codec.js';
import { dumpAddresses } from './dump-addresses.js';
import type { Attempt } from './kernel-error.js';
import {
  addressAgain,
  type DumpedRoute,
  dependentRoutes,
  movableAddresses,
  sameIpv6Address,
  settledAgain,
} from './layer3-plan.js';
import { routeFromMessage } from './route-codec.js';
import { routeAgain } from './route-payload.js';
import type { Session } from './session.js';
import { runSteps, type Step } from './transaction.js';

interface Place {
  name: string;
  index: number;
}

/** What is to be taken from one link and made again on another, or on the same in another form. */
export interface Layer3 {
  from: Place;
  to: Place;
  addresses: AddressMessage[];
  routes: DumpedRoute[];
  /** What the other link has already. */
  present: AddressMessage[];
}

interface ToldStep extends Step {
  /** What the observer is told, where the contract has a word for it. */
  operation: NetDevOperation | undefined;
}

/** Reads the addresses of a link that can move, and the routes that lean on them or on the link. */
export async function readLayer3(
  session: Session,
  from: Place,
  to: Place,
  attempt: Attempt,
  options?: OperationOptions,
): Promise<Layer3> {
  const onLink = ({ index }: Place): Promise<AddressMessage[]> =>
    dumpAddresses(session, { index, family: 0 }, attempt, options);
  const everything = encodeRoute({
    ...{ family: 0, destinationLength: 0, sourceLength: 0, tos: 0, table: 0 },
    ...{ protocol: 0, scope: 0, type: 0, flags: 0 },
  });
  const routes = await session.dump(
    RTM.GETROUTE,
    everything,
    (payload): DumpedRoute => ({ payload, message: decodeRoute(payload) }),
    attempt,
    options,
  );
  const addresses = movableAddresses(await onLink(from));
  const present = from.index === to.index ? [] : await onLink(to);
  return { from, to, addresses, routes: dependentRoutes(routes, addresses, from.index), present };
}

/**
 * Makes addresses and routes again: routes go before the addresses they lean on, a secondary address
 * before its primary, and all come back in the opposite order. All in one send, so the host is without
 * them for as long as the kernel takes; if a step is refused everything is put back.
 *
 * @param change what an address is to be afterwards
 * @returns whether anything was changed
 */
export async function remake(
  session: Session,
  { from, to, addresses, routes, present }: Layer3,
  attempt: Attempt,
  change: (address: AddressMessage) => AddressMessage,
  done: (operation: NetDevOperation) => void,
  options?: OperationOptions,
): Promise<boolean> {
  const names = (link: Place) => (index: number) => (index === link.index ? link.name : undefined);
  const addressSteps = addresses.map((address) => {
    const back = addressAgain(address, from, from);
    const changed = change(addressAgain(address, from, to));
    const settled =
      sameIpv6Address(changed, present) === undefined ? settledAgain(changed, address) : undefined;
    const what = `address ${addressFromMessage(address, from.name)?.cidr}`;
    const [old, fresh] = [addressFromMessage(address, from.name), addressFromMessage(changed, to.name)];
    return {
      off: {
        what,
        request: deleteAddress(address),
        undo: [newAddress(back), ...replaceAddress(settledAgain(back, address))],
        accept: ['EADDRNOTAVAIL'],
        frail: true,
        operation: old && { do: 'delete-address', link: from.name, cidr: old.cidr },
      } satisfies ToldStep,
      on: {
        what,
        request: newAddress(changed),
        undo: [deleteAddress(changed)],
        accept: ['EEXIST'],
        operation: fresh && {
          do: 'add-address',
          spec: {
            link: to.name,
            cidr: fresh.cidr,
            scope: fresh.scope,
            ...(fresh.broadcast && { broadcast: fresh.broadcast }),
          },
        },
      } satisfies ToldStep,
      settle: replaceAddress(settled).map(
        (request) =>
          ({
            what,
            request,
            undo: [deleteAddress(changed)],
            accept: [],
            operation: undefined,
          }) satisfies ToldStep,
      ),
    };
  });
  const routeSteps = routes.map(({ payload, message }) => {
    const [old, fresh] = [
      routeAgain(payload, message, from.index, from.index),
      routeAgain(payload, message, from.index, to.index),
    ];
    const route = routeFromMessage(message, names(from));
    const what = `route ${route?.destination}`;
    const spec = route === undefined || route.nextHops !== undefined ? undefined : specOfRoute(route);
    const newSpec = spec?.link === undefined ? spec : { ...spec, link: to.name };
    return {
      off: {
        what,
        request: deleteRoute(old),
        undo: [newRoute(old)],
        accept: ['ESRCH'],
        frail: true,
        operation: spec && { do: 'delete-route', spec },
      } satisfies ToldStep,
      on: {
        what,
        request: newRoute(fresh),
        undo: [deleteRoute(fresh)],
        accept: ['EEXIST'],
        operation: newSpec && { do: 'add-route', spec: newSpec },
      } satisfies ToldStep,
    };
  });
  const steps: ToldStep[] = [
    ...routeSteps.map(({ off }) => off).reverse(),
    ...addressSteps.map(({ off }) => off).reverse(),
    ...addressSteps.flatMap(({ on, settle }) => [on, ...settle]),
    ...routeSteps.map(({ on }) => on),
  ];
  const effects = await runSteps(session, attempt, steps, options);
  for (const [index, { operation }] of steps.entries()) {
    if (effects[index] === true && operation !== undefined) done(operation);
  }
  return effects.includes(true);
}

const ACKNOWLEDGED = NLM_F.REQUEST | NLM_F.ACK;

export function newAddress(address: AddressMessage, how: number = NLM_F.CREATE | NLM_F.EXCL): Uint8Array {
  return encodeMessage({ type: RTM.NEWADDR, flags: ACKNOWLEDGED | how }, encodeAddress(address));
}

/** Of an address that is there, what can be changed. */
function replaceAddress(address: AddressMessage | undefined): Uint8Array[] {
  if (address === undefined) return [];
  const flags = ACKNOWLEDGED | NLM_F.REPLACE;
  return [encodeMessage({ type: RTM.NEWADDR, flags }, encodeAddress(address))];
}

/** Behind those of the same destination, so that their order stays. */
export function newRoute(payload: Uint8Array): Uint8Array {
  return encodeMessage({ type: RTM.NEWROUTE, flags: ACKNOWLEDGED | NLM_F.CREATE | NLM_F.APPEND }, payload);
}

export function deleteRoute(payload: Uint8Array): Uint8Array {
  return encodeMessage({ type: RTM.DELROUTE, flags: ACKNOWLEDGED }, payload);
}
