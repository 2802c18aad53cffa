import { InvalidArgumentError, PartialError } from '../errors/index.js';
import type { Ensured, OperationOptions } from '../operation-options.js';
import { type InterfaceName, parseInterfaceName } from '../values/index.js';
import type { Address } from './address.js';
import type { MovedLayer3, NetDevDriver } from './driver.js';
import { byOtherLink, explicitRoutes, needsGateway, specOfAddress, specOfRoute } from './layer3-specs.js';
import type { Route } from './route.js';

interface Step {
  what: string;
  run(): Promise<unknown>;
  undo(): Promise<unknown>;
}

/**
 * The addresses that move: all but the link-local IPv6 ones, which a link has for itself
 * (RFC 4291, 2.5.6).
 */
function movable(addresses: readonly Address[]): Address[] {
  return addresses.filter(({ cidr, scope }) => !(scope === 'link' && cidr.startsWith('fe80:')));
}

/**
 * For drivers: moves layer 3 from one link to another. Routes go before the addresses they lean on and come
 * after them, routes without a gateway first. When a step fails, those before it are undone.
 */
export async function moveLayer3(
  driver: Pick<
    NetDevDriver,
    'listAddresses' | 'ensureAddress' | 'deleteAddress' | 'listRoutes' | 'ensureRoute' | 'deleteRoute'
  >,
  from: string,
  to: string,
  options?: OperationOptions,
): Promise<Ensured<MovedLayer3>> {
  const source = parseInterfaceName(from, 'from');
  const target = parseInterfaceName(to, 'to');
  if (source === target) throw new InvalidArgumentError('to', to, 'another link than the one to move from');
  const movedAddresses = movable(await driver.listAddresses({ link: source }, options));
  const movedRoutes = explicitRoutes(await driver.listRoutes({ link: source, table: 'all' }, options));
  const targetAddresses = await driver.listAddresses({ link: target }, options);

  const byWay = [...movedRoutes].sort(
    (one, other) => Number(needsGateway(one)) - Number(needsGateway(other)),
  );
  const steps: Step[] = [
    ...[...byWay].reverse().map((route) => ({
      what: `route ${route.destination}`,
      run: () => driver.deleteRoute(specOfRoute(route), options),
      undo: () => driver.ensureRoute(specOfRoute(route)),
    })),
    // Secondaries first: a primary takes them along when it goes.
    ...[...movedAddresses].reverse().map((address) => ({
      what: `address ${address.cidr}`,
      run: () => driver.deleteAddress(source, address.cidr, options),
      undo: () => driver.ensureAddress(specOfAddress(address, source)),
    })),
    ...movedAddresses
      .filter(({ cidr }) => !targetAddresses.some((present) => present.cidr === cidr))
      .map((address) => ({
        what: `address ${address.cidr}`,
        run: () => driver.ensureAddress(specOfAddress(address, target), options),
        undo: () => driver.deleteAddress(target, address.cidr),
      })),
    ...byWay.map((route) => ({
      what: `route ${route.destination}`,
      run: () => driver.ensureRoute(byOtherLink(specOfRoute(route), source, target), options),
      undo: () => driver.deleteRoute(byOtherLink(specOfRoute(route), source, target)),
    })),
  ];
  await runAll(steps, `${source} to ${target}`);
  return {
    changed: steps.length > 0,
    value: {
      addresses: movedAddresses.map((address) => ({ ...address, link: target })),
      routes: movedRoutes.map((route) => moved(route, source, target)),
    },
  };
}

function moved(route: Route, from: InterfaceName, to: InterfaceName): Route {
  if (route.nextHops === undefined) return { ...route, link: to };
  return {
    ...route,
    nextHops: route.nextHops.map((hop) => (hop.link === from ? { ...hop, link: to } : hop)),
  };
}

async function runAll(steps: readonly Step[], object: string): Promise<void> {
  const done: Step[] = [];
  for (const step of steps) {
    try {
      await step.run();
      done.push(step);
    } catch (cause) {
      const lost: string[] = [];
      for (const past of done.reverse()) await past.undo().catch(() => lost.push(past.what));
      if (lost.length === 0) throw cause;
      throw new PartialError({
        operation: 'move layer 3 from',
        object,
        detail: cause instanceof Error ? cause.message : String(cause),
        left: lost.map((what) => `${what} could not be put back`),
        cause,
      });
    }
  }
}
