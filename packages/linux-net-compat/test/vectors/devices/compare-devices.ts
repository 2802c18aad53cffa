import type { Address, Link, Route } from 'netdev-core';
import { compare } from '../compare.js';
import type { RecordedCommand } from '../recorded-run.js';
import type { Vector } from '../vector.js';
import type { AddressText, DeviceStep } from './device-step.js';
import type { DeviceWorld } from './device-world.js';
import { linkTowards, literalCidr } from './literal-layer3.js';

/** Has the recorded commands done in a world of their own, and names those that do not fit into it. */
export async function applyRecorded(world: DeviceWorld, run: readonly RecordedCommand[]): Promise<string[]> {
  const differences: string[] = [];
  const devices = new Map<string, string | undefined>();
  for (const { argv, answer, fate, step, problem } of run) {
    const words = argv.join(' ');
    if (problem !== undefined) differences.push(`recorded ${words} cannot be read: ${problem}`);
    if (step === undefined) continue;
    differences.push(...misfits(world, step).map((why) => `recorded ${words} does not fit: ${why}`));
    if (step.do === 'delete-route') devices.set(step.route.destination, step.route.link);
    if (step.do === 'add-route' && step.route.link !== undefined)
      differences.push(
        ...compare(`recorded ${words}: device`, step.route.link, devices.get(step.route.destination)),
      );
    if (fate !== 'done') continue;
    // A port that is there already is not made again.
    if (argv[0] === 'ovs-vsctl' && step.do === 'create-link' && world.isListed(step.spec.name)) continue;
    try {
      if (step.do === 'read') await world.see(step.what, answer.stdout);
      await world.apply(step);
    } catch (error) {
      differences.push(`recorded ${words} cannot be done: ${error}`);
    }
  }
  return differences;
}

/** What is otherwise than a command takes it for: the address or route that it deletes, the room for a new route. */
function misfits({ layer3 }: DeviceWorld, step: DeviceStep): string[] {
  if (step.do === 'delete-address') {
    const { link, cidr } = step.address;
    const present = layer3.addresses.find(
      (address) => address.link === link && address.cidr === literalCidr(cidr),
    );
    return present === undefined ? [] : addressMisfits(step.address, present);
  }
  if (step.do !== 'delete-route' && step.do !== 'add-route') return [];
  const destination = step.route.destination === 'default' ? '0.0.0.0/0' : step.route.destination;
  const same = layer3.routes.filter((route) => route.destination === destination);
  const given = Object.entries(step.route).filter(([field]) => field !== 'destination');
  if (step.do === 'add-route') {
    const there = same.filter(({ metric }) => metric === (step.route.metric ?? 0));
    return there.map((route) => `there is ${showRoute(route)}`);
  }
  // A route that was put back without a device, by a gateway that nobody reaches, is on whichever is meant.
  const isGiven = (route: Route, field: string, value: unknown): boolean =>
    route[field as keyof Route] === value || (field === 'link' && route.link === undefined);
  const fits = same.some((route) => given.every(([field, value]) => isGiven(route, field, value)));
  return fits || same.length === 0 ? [] : [`there is ${same.map(showRoute).join(', ')}`];
}

function addressMisfits({ broadcast, scope, peer, label }: AddressText, present: Address): string[] {
  return [
    ...(label === undefined ? [] : compare('label', label, present.label)),
    ...compare('broadcast', broadcast, present.broadcast),
    ...compare('scope', scope, present.scope),
    ...compare('peer', peer, present.peer),
  ];
}

/** Names what is otherwise with the devices after our run than after the recorded one. */
export async function compareDevices(
  vector: Vector,
  expected: DeviceWorld,
  actual: DeviceWorld,
): Promise<string[]> {
  const names = [...(vector.devices_after ?? vector.host.devices ?? [])].sort();
  const forwarding = (world: DeviceWorld): Promise<boolean> => world.driver.getForwarding('ipv4');
  return [
    ...compare('devices', names, actual.names()),
    ...compare('devices of the recorded commands', names, expected.names()),
    ...compareMaps('link', await shownLinks(expected), await shownLinks(actual)),
    ...compareMaps('deleted', shownGone(expected), shownGone(actual)),
    ...compareMaps('addresses of', shownAddresses(expected), shownAddresses(actual)),
    ...compareRoutes(expected, actual),
    ...compare('forwarding', await forwarding(expected), await forwarding(actual)),
    ...compareMaps('virtual function', expected.virtualFunctions, actual.virtualFunctions),
  ];
}

function compareMaps(
  what: string,
  expected: ReadonlyMap<string, unknown>,
  actual: ReadonlyMap<string, unknown>,
): string[] {
  const keys = new Set([...expected.keys(), ...actual.keys()]);
  return [...keys].flatMap((key) => compare(`${what} ${key}`, expected.get(key), actual.get(key)));
}

async function shownLinks(world: DeviceWorld): Promise<Map<string, object>> {
  const links = await world.links();
  return new Map(links.map((link) => [link.name, showLink(link, world.chosenMacs.get(link.name))]));
}

/** What devices were when they were deleted: what was done to them before is not lost from sight. */
function shownGone({ gone }: DeviceWorld): Map<string, object[]> {
  return new Map(
    [...gone].map(([name, past]) => [
      name,
      past.map(({ link, mac, ports }) => ({ ...showLink(link, mac), ports })),
    ]),
  );
}

function showLink(link: Link, mac: string | undefined): object {
  const { kind, up, mtu, master, parent, vlanId, bridge, tap, flags } = link;
  return {
    kind,
    up,
    mtu,
    mac,
    promiscuous: flags.has('promiscuous'),
    master,
    parent,
    vlanId,
    stp: bridge?.stp,
    forwardDelay: bridge?.forwardDelay,
    multiQueue: tap?.multiQueue,
  };
}

function shownAddresses({ layer3 }: DeviceWorld): Map<string, object[]> {
  const shown = new Map<string, object[]>();
  for (const { link, ...address } of layer3.addresses) {
    const { cidr, peer, broadcast, scope, dynamic, noPrefixRoute } = address;
    const comparable = { cidr, peer, broadcast, scope, dynamic, noPrefixRoute };
    shown.set(link, [...(shown.get(link) ?? []), comparable]);
  }
  return shown;
}

/**
 * Routes by what tells them apart. Where the original left a route on a device that does not reach its
 * gateway, which only a host without a kernel takes, the device is not compared.
 */
function compareRoutes(expected: DeviceWorld, actual: DeviceWorld): string[] {
  const slot = ({ destination, metric, table }: Route): string => `${destination} ${metric} ${table}`;
  const shown = (world: DeviceWorld): Map<string, Route> =>
    new Map(world.layer3.routes.map((route) => [slot(route), route]));
  const [theirs, ours] = [shown(expected), shown(actual)];
  return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((key) => {
    const [wanted, got] = [theirs.get(key), ours.get(key)];
    if (wanted === undefined || got === undefined) return compare(`route ${key}`, wanted, got);
    const isReached = wanted.via === undefined || linkTowards(expected.layer3, wanted.via) === wanted.link;
    const comparable = ({ link, ...route }: Route): object => (isReached ? { link, ...route } : route);
    return compare(`route ${key}`, comparable(wanted), comparable(got));
  });
}

function showRoute({ destination, via, link, metric }: Route): string {
  return `${destination} via ${via} dev ${link} metric ${metric}`;
}
