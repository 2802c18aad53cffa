import {
  type AddressSpec,
  DeviceExistsError,
  DeviceNotFoundError,
  type Link,
  type LinkChanges,
  type LinkSpec,
  linkSettings,
  moveLayer3,
  type NetDevDriver,
  type NetDevError,
  PlatformError,
  type RouteSpec,
  runBatch,
} from 'netdev-core';
import type { Outcomes, RecordedCommand } from '../recorded-run.js';
import type { AddressText, DeviceStep } from './device-step.js';
import type { DeviceWorld } from './device-world.js';
import { literalAddress } from './literal-layer3.js';

/**
 * A driver that does what the recorded host did: where the original's command failed, the operation
 * that stands in for it fails as the platform would; where the original took a failure for "nothing to
 * do", nothing happens. An operation of several settings is refused as a whole.
 */
export function createAnsweringNetDev(
  world: DeviceWorld,
  outcomes: Outcomes,
  failures: WeakSet<object>,
): NetDevDriver {
  const { driver } = world;
  const refuse = (recorded: RecordedCommand, about: { operation: string; object: string }): void => {
    if (recorded.fate !== 'refused') return;
    const error = platformError(recorded, about);
    failures.add(error);
    throw error;
  };
  /** Whether the work is to be done. */
  const ask = (step: DeviceStep, about: { operation: string; object: string }): boolean => {
    const recorded = outcomes.take(step);
    if (recorded !== undefined) refuse(recorded, about);
    return recorded?.fate !== 'nothing';
  };
  /** Has the devices be what was printed of them, where the original looked too. */
  const look = async (what: string, about: { operation: string; object: string }): Promise<void> => {
    const recorded = outcomes.take({ do: 'read', what });
    if (recorded === undefined) return;
    refuse(recorded, about);
    if (recorded.fate === 'done') await world.see(what, recorded.answer.stdout);
  };
  /** The changes that are to be made. */
  const askChanges = (name: string, { bridge = {}, ...changes }: LinkChanges): LinkChanges => {
    const about = { operation: 'change link', object: name };
    const wanted = (fields: object, changing: (field: object) => LinkChanges): object =>
      Object.fromEntries(
        Object.entries(fields).filter(
          ([field, value]) =>
            value !== undefined &&
            ask({ do: 'update-link', name, changes: changing({ [field]: value }) }, about),
        ),
      );
    const left = wanted(bridge, (field) => ({ bridge: field }));
    return {
      ...wanted(changes, (field) => field),
      ...(Object.keys(left).length === 0 ? {} : { bridge: left }),
    };
  };
  const update = async (name: string, changes: LinkChanges) => {
    const left = askChanges(name, changes);
    // Asking for nothing must not look for the device either: the original did not notice its absence.
    if (Object.keys(left).length === 0) return { changed: false, value: await showLink(driver, name) };
    return driver.updateLink(name, left);
  };
  const create = async (spec: LinkSpec): Promise<Link> => {
    const settings = linkSettings(spec);
    if (
      ask(
        { do: 'create-link', spec: bareSpec(spec) },
        { operation: `create ${spec.kind}`, object: spec.name },
      )
    ) {
      const { bridge, ...others } = settings;
      const left = askChanges(spec.name, bridge === undefined ? others : settings);
      await driver.createLink(bareSpec(spec));
      return (await driver.updateLink(spec.name, left)).value;
    }
    await update(spec.name, settings);
    return showLink(driver, spec.name);
  };
  const answering: NetDevDriver = {
    ...driver,
    createLink: create,
    ensureLink: async (spec) => {
      if (!(await driver.linkExists(spec.name))) return { changed: true, value: await create(spec) };
      const { changed } = await driver.ensureLink(bareSpec(spec));
      const updated = await update(spec.name, linkSettings(spec));
      return { changed: changed || updated.changed, value: updated.value };
    },
    updateLink: update,
    deleteLink: async (name) =>
      ask({ do: 'delete-link', name }, { operation: 'delete link', object: name }) && driver.deleteLink(name),
    listAddresses: async (filter = {}) => {
      const { link } = filter;
      if (link !== undefined)
        await look(`addresses ${link}`, { operation: 'list addresses of', object: link });
      return driver.listAddresses(filter);
    },
    ensureAddress: async (spec) => {
      const does = ask(
        { do: 'add-address', address: textOf(spec) },
        { operation: 'add address', object: spec.cidr },
      );
      if (does) return driver.ensureAddress(spec);
      const [present] = await driver.listAddresses({ link: spec.link });
      return { changed: false, value: present as NonNullable<typeof present> };
    },
    deleteAddress: async (link, cidr) =>
      ask(
        { do: 'delete-address', address: textOf({ link, cidr }) },
        { operation: 'delete address', object: cidr },
      ) && driver.deleteAddress(link, cidr),
    listRoutes: async (filter = {}) => {
      if (filter.link !== undefined)
        await look(`routes ${filter.link}`, { operation: 'list routes of', object: filter.link });
      return driver.listRoutes(filter);
    },
    ensureRoute: async (spec) => {
      ask({ do: 'add-route', route: asWritten(spec) }, { operation: 'add route', object: spec.destination });
      return driver.ensureRoute(spec);
    },
    deleteRoute: async (spec) => {
      ask(
        { do: 'delete-route', route: asWritten(spec) },
        {
          operation: 'delete route',
          object: spec.destination,
        },
      );
      return driver.deleteRoute(spec);
    },
    getForwarding: async (family) => {
      await look('forwarding', { operation: 'read forwarding', object: family });
      return driver.getForwarding(family);
    },
    // A driver reads before it writes, to tell whether that was a change.
    setForwarding: async (family, enabled) =>
      (await answering.getForwarding(family)) !== enabled &&
      ask({ do: 'set-forwarding', enabled }, { operation: 'set forwarding', object: family }) &&
      driver.setForwarding(family, enabled),
    updateVirtualFunction: async (parent, index, changes) => {
      const { mac, vlanId, trust } = changes;
      const settings = {
        ...(mac === undefined ? {} : { mac }),
        ...(vlanId === undefined ? {} : { vlan: vlanId }),
        ...(trust === undefined ? {} : { trusted: trust }),
      };
      const step = { do: 'set-virtual-function', link: parent, index, settings } as const;
      return ask(step, { operation: 'change virtual function', object: `${index} of ${parent}` })
        ? driver.updateVirtualFunction(parent, index, changes)
        : { changed: false, value: { index } };
    },
    moveLayer3: (from, to) => moveLayer3(answering, from, to),
    batch: (operations) => runBatch(answering, operations),
  };
  return answering;
}

/** An address as a command would have it. */
function textOf(spec: AddressSpec): AddressText {
  const { link, cidr, scope, peer, broadcast, noPrefixRoute } = literalAddress(spec);
  const text = { link, cidr, scope, flags: noPrefixRoute === true ? ['noprefixroute'] : [] };
  return {
    ...text,
    ...(peer === undefined ? {} : { peer }),
    ...(broadcast === undefined ? {} : { broadcast }),
  };
}

/** `default` is the original's word for what a driver calls `0.0.0.0/0`. */
function asWritten({ destination, ...spec }: RouteSpec): RouteSpec {
  return { ...spec, destination: destination === '0.0.0.0/0' ? 'default' : destination };
}

/** What makes the device and nothing else. */
function bareSpec(spec: LinkSpec): LinkSpec {
  const { up, mtu, mac, master, promiscuous, allMulticast, alias, hairpin, ...bare } = spec;
  if (bare.kind !== 'bridge') return bare;
  return { kind: 'bridge', name: bare.name };
}

/** A device that the original thought it had made may not be there. */
async function showLink(driver: NetDevDriver, name: string): Promise<Link> {
  const [any] = await driver.listLinks();
  return driver.getLink(name).catch(() => ({ ...(any as Link), name: name as Link['name'] }));
}

function platformError(
  { argv, answer }: RecordedCommand,
  about: { operation: string; object: string },
): NetDevError {
  const details = { ...about, detail: answer.stderr === '' ? `exit status ${answer.exit}` : answer.stderr };
  if (/does not exist|Cannot find device/.test(answer.stderr)) return new DeviceNotFoundError(details);
  if (/File exists/.test(answer.stderr) && about.operation.startsWith('create'))
    return new DeviceExistsError(details);
  // brctl's own words for EBUSY (libbridge), line end included.
  const [, , bridge, device] = argv;
  const taken = `device ${device} is already a member of a bridge; can't enslave it to bridge ${bridge}.\n`;
  return new PlatformError(answer.stderr === taken ? { ...details, errno: 'EBUSY' } : details);
}
