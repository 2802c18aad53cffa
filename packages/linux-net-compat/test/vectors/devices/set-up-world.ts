import type { LinkChanges, RouteSpec } from 'netdev-core';
import { createReplies } from '../host-replies.js';
import type { RecordedCommand } from '../recorded-run.js';
import type { Vector } from '../vector.js';
import { type AddressText, type DeviceStep, devicesMade, devicesNeeded } from './device-step.js';
import { DeviceWorld } from './device-world.js';

/**
 * The devices of a vector's host at its start: those that it names, with what `ip` prints of them, and
 * what recorded commands take for granted, for the recorded host never looked whether it was there.
 */
export async function setUpWorld({ host }: Vector, run: readonly RecordedCommand[]): Promise<DeviceWorld> {
  const world = await DeviceWorld.create(host.pci);
  const steps = run.flatMap(({ step }) => (step === undefined ? [] : [step]));
  const listed = host.devices ?? [];
  const shown = (host.replies ?? []).flatMap(({ match }) => shownDevice(match));
  const names = new Set([...listed, ...shown, ...takenForGranted(listed, run)]);
  for (const name of names) {
    await world.addPresent({ ...atTheStart(name, steps), listed: listed.includes(name) });
  }
  const answer = createReplies(host.replies);
  const printed = (...argv: string[]): string => {
    const { exit, stdout } = answer(argv);
    return exit === 0 ? stdout : '';
  };
  for (const name of names) {
    await world.see(`addresses ${name}`, printed('ip', 'addr', 'show', 'dev', name, 'scope', 'global'));
    await world.see(`routes ${name}`, printed('ip', 'route', 'show', 'dev', name));
  }
  await world.see('forwarding', printed('sysctl', '-n', 'net.ipv4.ip_forward'));
  await addDeletedLater(world, run);
  return world;
}

function shownDevice([tool, object, verb, dev, name]: readonly string[]): string[] {
  const isShow = tool === 'ip' && (object === 'addr' || object === 'route') && verb === 'show';
  return isShow && dev === 'dev' && name !== undefined ? [name] : [];
}

/** Devices that commands work on without anybody having made them. */
function takenForGranted(listed: readonly string[], run: readonly RecordedCommand[]): string[] {
  const known = new Set(listed);
  const needed: string[] = [];
  for (const { step, fate } of run) {
    if (step === undefined) continue;
    for (const name of devicesNeeded(step)) {
      if (known.has(name)) continue;
      known.add(name);
      needed.push(name);
    }
    if (fate === 'done') for (const name of devicesMade(step)) known.add(name);
  }
  return needed;
}

/**
 * A device as it is before the commands: what they set first is the other way round, so that setting it
 * shows, on whichever device.
 */
function atTheStart(name: string, steps: readonly DeviceStep[]) {
  const changes = steps.flatMap((step) =>
    step.do === 'update-link' && step.name === name ? [step.changes] : [],
  );
  const first = <Field extends keyof LinkChanges>(field: Field): LinkChanges[Field] | undefined =>
    changes.find((change) => change[field] !== undefined)?.[field];
  const settings = { name, up: first('up') === false, mtu: first('mtu') === 1500 ? 1400 : 1500 };
  const promiscuous = first('promiscuous') === false;
  if (!steps.some((step) => treatsAsBridge(step, name)))
    return { spec: { ...settings, kind: 'dummy' as const }, promiscuous };
  const stp = changes.find(({ bridge }) => bridge?.stp !== undefined)?.bridge?.stp === false;
  return { spec: { ...settings, kind: 'bridge' as const, stp }, promiscuous };
}

function treatsAsBridge(step: DeviceStep, name: string): boolean {
  return (
    step.do === 'update-link' &&
    (step.changes.master === name || (step.name === name && step.changes.bridge !== undefined))
  );
}

/** Addresses and routes that a command deletes although nothing showed them. */
async function addDeletedLater(world: DeviceWorld, run: readonly RecordedCommand[]): Promise<void> {
  const addresses = new Set<string>();
  const routes = new Set<string>();
  for (const { step, fate } of run) {
    if (step === undefined || fate !== 'done') continue;
    if (step.do === 'add-address') addresses.add(addressKey(step.address));
    if (step.do === 'delete-address' && !addresses.has(addressKey(step.address))) {
      addresses.add(addressKey(step.address));
      const { link, cidr } = step.address;
      if (!hasAddress(world, link, cidr)) world.addAddress(step.address);
    }
    if (step.do === 'add-route') routes.add(routeKey(step.route));
    if (step.do === 'delete-route' && !routes.has(routeKey(step.route))) {
      routes.add(routeKey(step.route));
      // One that no route can be is left to be named when it is applied.
      if (!(await hasRoute(world, step.route))) await world.addRoute(step.route).catch(() => {});
    }
  }
}

function addressKey({ link, cidr }: AddressText): string {
  return `${link} ${cidr}`;
}

function routeKey({ destination, via }: RouteSpec): string {
  return `${destination} ${via}`;
}

function hasAddress({ layer3 }: DeviceWorld, link: string, cidr: string): boolean {
  return layer3.addresses.some((address) => address.link === link && address.cidr === cidr);
}

/** One that stands where the deleted one would does as well: what is otherwise is named later. */
async function hasRoute({ driver }: DeviceWorld, { destination, metric = 0 }: RouteSpec): Promise<boolean> {
  const wanted = destination === 'default' ? '0.0.0.0/0' : destination;
  const routes = await driver.listRoutes({ table: 'all' });
  return routes.some((route) => route.destination === wanted && (route.metric === metric || metric === 0));
}
