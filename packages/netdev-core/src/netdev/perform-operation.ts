import { PartialError } from '../errors/index.js';
import type { OperationOptions } from '../operation-options.js';
import { withoutAbsent } from '../without-absent.js';
import type { Address } from './address.js';
import { formerAltNames } from './alternative-names.js';
import { bridgeSettings } from './bridge-settings.js';
import type { NetDevDriver } from './driver.js';
import { explicitRoutes, specOfAddress, specOfRoute } from './layer3-specs.js';
import type { Link } from './link.js';
import type { LinkChanges } from './link-spec.js';
import type { NetDevOperation } from './operation.js';
import type { Route } from './route.js';
import {
  missing,
  nothing,
  restoringBridgeVlans,
  restoringForwardingEntries,
  restoringNeighbour,
  restoringRoutingRules,
  type Undo,
} from './undo-entries.js';

/** What a link was as a port; one that was none has nothing to be put back. */
function portBefore({ kind, master, port }: Link): LinkChanges {
  if (master === undefined) return kind === 'tun' ? {} : { master: null };
  return { master, ...port };
}

/** For drivers: does one operation by the driver's other methods, and says what takes it back. */
export async function performOperation(
  driver: NetDevDriver,
  operation: NetDevOperation,
  options?: OperationOptions,
): Promise<Undo> {
  switch (operation.do) {
    case 'create-link':
      await driver.createLink(operation.spec, options);
      return () => driver.deleteLink(operation.spec.name);
    case 'update-link': {
      const before = await driver.getLink(operation.name, options);
      const { changed } = await driver.updateLink(operation.name, operation.changes, options);
      if (!changed) return nothing;
      const { name = operation.name } = operation.changes;
      return async () => {
        await driver.updateLink(name, formerSettings(before, operation.changes));
        refuseBelonging(before, operation.changes);
      };
    }
    case 'add-address': {
      const { spec } = operation;
      return restoring(driver, spec.link, async () => (await driver.ensureAddress(spec, options)).changed);
    }
    case 'delete-address': {
      const { link, cidr } = operation;
      return restoring(driver, link, () => driver.deleteAddress(link, cidr, options));
    }
    case 'add-route':
      return restoring(
        driver,
        undefined,
        async () => (await driver.ensureRoute(operation.spec, options)).changed,
      );
    case 'delete-route':
      return restoring(driver, undefined, () => driver.deleteRoute(operation.spec, options));
    case 'add-routing-rule':
      return restoringRoutingRules(driver, async () => {
        return (await driver.ensureRoutingRule(operation.spec, options)).changed;
      });
    case 'delete-routing-rule':
      return restoringRoutingRules(driver, () => driver.deleteRoutingRule(operation.spec, options));
    case 'add-neighbour':
      return restoringNeighbour(driver, operation.spec, async () => {
        return (await driver.ensureNeighbour(operation.spec, options)).changed;
      });
    case 'delete-neighbour':
      return restoringNeighbour(driver, operation, () =>
        driver.deleteNeighbour(operation.link, operation.address, options),
      );
    case 'add-forwarding-entry':
      return restoringForwardingEntries(driver, async () => {
        return (await driver.ensureForwardingEntry(operation.spec, options)).changed;
      });
    case 'delete-forwarding-entry':
      return restoringForwardingEntries(driver, () => driver.deleteForwardingEntry(operation.spec, options));
    case 'add-bridge-vlan': {
      const { spec } = operation;
      return restoringBridgeVlans(driver, spec, async () => {
        return (await driver.ensureBridgeVlan(spec, options)).changed;
      });
    }
    case 'delete-bridge-vlan': {
      const { spec } = operation;
      return restoringBridgeVlans(driver, spec, () => driver.deleteBridgeVlan(spec, options));
    }
    case 'set-forwarding': {
      const changed = await driver.setForwarding(operation.family, operation.enabled, options);
      return changed ? () => driver.setForwarding(operation.family, !operation.enabled) : nothing;
    }
    case 'update-virtual-function': {
      const { parent, index } = operation;
      const before = (await driver.listVirtualFunctions(parent, options)).find((one) => one.index === index);
      const { changed } = await driver.updateVirtualFunction(parent, index, operation.changes, options);
      if (!changed || before === undefined) return nothing;
      const { index: _, ...settings } = before;
      return () => driver.updateVirtualFunction(parent, index, settings);
    }
    case 'create-namespace':
      await driver.createNamespace(operation.name, options);
      return () => driver.deleteNamespace(operation.name);
    case 'announce-address':
      await driver.announceAddress(operation.link, operation.address, { ...options, count: operation.count });
      return nothing;
    case 'move-link':
      await driver.moveLink(operation.name, operation.namespace, options);
      return async () => {
        throw new Error('a link that went to another namespace is not fetched back');
      };
    case 'delete-link':
      await driver.deleteLink(operation.name, options);
      return async () => {
        throw new Error('a deleted link is not made again');
      };
    case 'delete-namespace':
      await driver.deleteNamespace(operation.name, options);
      return async () => {
        throw new Error('a deleted namespace is not made again');
      };
  }
}

/** A tap or tun that belonged to nobody belongs to somebody from then on. @throws PartialError */
function refuseBelonging({ name, tap }: Link, { tap: changes }: LinkChanges): void {
  const left = (['owner', 'group'] as const).filter(
    (field) => changes?.[field] !== undefined && tap?.[field] === undefined,
  );
  if (left.length === 0) return;
  throw new PartialError({
    ...{ operation: 'undo', object: `change of ${name}` },
    detail: 'who may open it can become somebody else, not nobody',
    left: left.map((field) => `${field} of ${name}`),
  });
}

/** What was not set cannot be unset: an address that was added to a vxlan stays. */
function formerTunnel(before: Link, changes: LinkChanges): LinkChanges {
  const former: LinkChanges = {};
  if (before.vxlan !== undefined && changes.vxlan !== undefined) {
    const { local, remote, group, learnRemotes, ttl, tos, ageingTime, dontFragment, flowLabel } =
      before.vxlan;
    const { parent } = before;
    former.vxlan = withoutAbsent({
      ...{ local, remote, group, parent, learnRemotes, ttl, tos, ageingTime },
      ...{ dontFragment, flowLabel },
    });
  }
  if (before.tap !== undefined && changes.tap !== undefined) {
    const { owner, group } = before.tap;
    former.tap = withoutAbsent({ owner, group });
  }
  if (before.macvlan !== undefined && changes.macvlan !== undefined) former.macvlan = { ...before.macvlan };
  return former;
}

/** For drivers: the changes that give a link its settings of before back, after these changes. */
export function formerSettings(before: Link, changes: LinkChanges): LinkChanges {
  return {
    name: before.name,
    up: before.up,
    mtu: before.mtu,
    ...portBefore(before),
    promiscuous: before.flags.has('promiscuous'),
    allMulticast: before.flags.has('allmulticast'),
    alias: before.alias ?? '',
    ...formerAltNames(before, changes),
    ...(before.mac === undefined ? {} : { mac: before.mac }),
    ...formerTunnel(before, changes),
    ...(before.bridge === undefined || changes.bridge === undefined
      ? {}
      : {
          bridge: { multicastSnooping: false, multicastQuerier: false, ...bridgeSettings(before.bridge) },
        }),
  };
}

/**
 * Makes a change of addresses or routes, and finds what takes it back by comparing: a new address may
 * have brought a route along, a deleted one its secondaries, a new route may have replaced another.
 */
async function restoring(
  driver: NetDevDriver,
  link: string | undefined,
  change: () => Promise<boolean>,
): Promise<Undo> {
  const before = await readLayer3(driver, link);
  if (!(await change())) return nothing;
  return async () => {
    const now = await readLayer3(driver, link);
    for (const route of missing(now.routes, before.routes)) await driver.deleteRoute(specOfRoute(route));
    for (const { link: name, cidr } of missing(now.addresses, before.addresses))
      await driver.deleteAddress(name, cidr);
    for (const address of missing(before.addresses, now.addresses)) {
      await driver.ensureAddress(specOfAddress(address, address.link));
    }
    if (link !== undefined) await putInOrder(driver, link, before.addresses);
    const { routes } = await readLayer3(driver, link);
    for (const route of missing(before.routes, routes)) await driver.ensureRoute(specOfRoute(route));
  };
}

/** The first of a network's addresses is the one that the host speaks from: those that are out of their order are added anew. */
async function putInOrder(driver: NetDevDriver, link: string, before: readonly Address[]): Promise<void> {
  const wanted = before.filter(({ cidr }) => !cidr.includes(':'));
  const present = (await driver.listAddresses({ link, family: 'ipv4' })).map(({ cidr }) => cidr);
  const first = wanted.findIndex(({ cidr }, place) => present[place] !== cidr);
  if (first === -1) return;
  for (const { cidr } of wanted.slice(first)) await driver.deleteAddress(link, cidr);
  for (const address of wanted.slice(first)) await driver.ensureAddress(specOfAddress(address, link));
}

/** The addresses and routes of a link; without one, all routes. */
async function readLayer3(
  driver: NetDevDriver,
  link: string | undefined,
): Promise<{ addresses: Address[]; routes: Route[] }> {
  const filter = link === undefined ? {} : { link };
  return {
    addresses: link === undefined ? [] : await driver.listAddresses(filter),
    routes: explicitRoutes(await driver.listRoutes({ ...filter, table: 'all' })),
  };
}
