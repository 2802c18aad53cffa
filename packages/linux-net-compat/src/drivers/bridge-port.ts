import { isNetDevError, type Link, type NetDevDriver, PlatformError } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import type { FaultMode } from '../faults.js';
import { addressAgain } from '../interfaces/address-again.js';
import type { NoteUndo } from '../undoable.js';

/** An interface could not be made a bridge's port; the original's exception of this name. */
export class NovaException extends PlatformError {}

/** What a platform says of an interface that somebody else made a port. */
const TAKEN = 'EBUSY';

/**
 * Makes an interface a port of a bridge. What it has of layer 3 moves to the bridge, which would not
 * hear of it any more otherwise.
 *
 * @throws NovaException when it cannot be a port
 */
export async function addBridgePort(
  { faults, netdev }: Pick<LinuxNetContext, 'faults' | 'netdev'>,
  bridge: string,
  port: string,
  undo: NoteUndo,
): Promise<void> {
  const driver = await netdev();
  const before = await findLink(driver, port);
  // brctl says the same of a port of this bridge and of one of another, and the original took both for done.
  if (before?.master === undefined) {
    await enslave(driver, bridge, port, faults);
    undo(`${port} is a port of ${bridge}`, () => driver.updateLink(port, { master: null }));
  } else if (before.master !== bridge && faults === 'mend') {
    throw refused(bridge, port, `it is a port of ${before.master}`);
  }
  if (faults === 'mend') await pinMac(driver, bridge, port);
  await bringUp(driver, port);
  if (before?.up === false) undo(`${port} is up`, () => driver.updateLink(port, { up: false }));
  if (faults === 'keep') await moveStepByStep(driver, port, bridge);
  else await driver.moveLayer3(port, bridge);
}

async function enslave(driver: NetDevDriver, bridge: string, port: string, faults: FaultMode): Promise<void> {
  try {
    await driver.updateLink(port, { master: bridge });
  } catch (error) {
    if (!isNetDevError(error)) throw error;
    if (faults === 'keep' && error.errno === TAKEN) return;
    throw refused(bridge, port, error.detail ?? error.message, error);
  }
}

function refused(bridge: string, port: string, detail: string, cause?: unknown): NovaException {
  return new NovaException({ operation: `make ${port} a port of`, object: bridge, detail, cause });
}

/**
 * A bridge takes the lowest of its ports' MAC addresses, so that it would change with guests that come
 * and go; it is to keep that of its first interface.
 */
async function pinMac(driver: NetDevDriver, bridge: string, port: string): Promise<void> {
  const ports = await driver.listLinks({ master: bridge });
  const first = ports.find(({ name, kind }) => name === port || !GUEST_KINDS.includes(kind));
  if (first?.name === port && first.mac !== undefined) await driver.updateLink(bridge, { mac: first.mac });
}

const GUEST_KINDS: readonly string[] = ['tap', 'tun', 'veth'];

/** An interface that cannot go up yet, such as a VLAN's whose parent is down, is a port all the same. */
async function bringUp(driver: NetDevDriver, port: string): Promise<void> {
  try {
    await driver.updateLink(port, { up: true });
  } catch (error) {
    if (!isNetDevError(error)) throw error;
  }
}

/** As the original did it: IPv4 only, routes with a gateway only, and put back without their device. */
async function moveStepByStep(driver: NetDevDriver, from: string, to: string): Promise<void> {
  const routes = await driver.listRoutes({ link: from, family: 'ipv4' });
  const moved = routes
    .filter(({ via }) => via !== undefined)
    .map(({ destination, via, source, metric, protocol, onLink, mtu }) => ({
      ...{ destination, metric, protocol, onLink },
      ...(via === undefined ? {} : { via }),
      ...(source === undefined ? {} : { source }),
      ...(mtu === undefined ? {} : { mtu }),
    }));
  for (const route of moved) await driver.deleteRoute(route);
  for (const address of await driver.listAddresses({ link: from, family: 'ipv4' })) {
    if (address.scope !== 'global') continue;
    await driver.deleteAddress(from, address.cidr);
    await driver.ensureAddress(addressAgain(address, to));
  }
  for (const route of moved) await driver.ensureRoute(route);
}

async function findLink(driver: NetDevDriver, name: string): Promise<Link | undefined> {
  try {
    return await driver.getLink(name);
  } catch (error) {
    if (isNetDevError(error, 'DEVICE_NOT_FOUND')) return undefined;
    throw error;
  }
}
