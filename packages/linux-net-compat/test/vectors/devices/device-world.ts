import { createMemoryHost } from 'netdev-conformance';
import {
  type Address,
  type Cidr,
  DeviceNotFoundError,
  type Link,
  type LinkSpec,
  moveLayer3,
  type NetDevDriver,
  parseIpAddress,
  type RouteSpec,
  runBatch,
  type VethSpec,
  type VirtualFunction,
} from 'netdev-core';
import type { Vector } from '../vector.js';
import { settableFlags } from './address-text.js';
import type { AddressText, DeviceStep, VirtualFunctionSettings } from './device-step.js';
import { readAddresses, readRoutes } from './ip-output.js';
import { createLiteralLayer3, type Layer3, literalCidr } from './literal-layer3.js';

/** A host's virtual functions by PCI address. */
type PciBus = NonNullable<Vector['host']['pci']>;

/** Every stack has it; nobody makes it. */
const LOOPBACK = 'lo';

/** A device that is there at the start. */
export interface PresentLink {
  spec: LinkSpec;
  promiscuous: boolean;
  /** Whether asking for it finds it: devices that recorded commands take for granted were never looked for. */
  listed: boolean;
}

/** The devices of a host that does what it is told. */
export class DeviceWorld {
  readonly driver: NetDevDriver;
  readonly layer3: Layer3 = { addresses: [], routes: [] };
  /** MAC addresses that somebody chose. */
  readonly chosenMacs = new Map<string, string>();
  /** Settings of virtual functions by `PHYSICAL NUMBER`. */
  readonly virtualFunctions = new Map<string, VirtualFunctionSettings>();
  /** The devices that were deleted, as they were last, with their ports. */
  readonly gone = new Map<string, { link: Link; mac: string | undefined; ports: string[] }[]>();
  readonly #links: NetDevDriver;
  readonly #listed = new Set<string>([LOOPBACK]);

  static async create(bus: PciBus = {}): Promise<DeviceWorld> {
    return new DeviceWorld(await createMemoryHost().netdev(), bus);
  }

  private constructor(links: NetDevDriver, bus: PciBus) {
    this.#links = links;
    const driver: NetDevDriver = {
      ...links,
      ...createLiteralLayer3(this.layer3, (name) => links.getLink(name)),
      listLinks: async (filter) => (await links.listLinks(filter)).filter(({ name }) => this.isListed(name)),
      linkExists: async (name) => this.isListed(name),
      createLink: (spec) => this.#create(spec),
      ensureLink: async (spec) => {
        if (!this.isListed(spec.name)) return { changed: true, value: await this.#create(spec) };
        this.#choose(spec.name, spec.mac);
        return links.ensureLink(spec);
      },
      updateLink: async (name, changes) => {
        const updated = await links.updateLink(name, changes);
        this.#choose(name, changes.mac);
        return updated;
      },
      deleteLink: (name) => this.#delete(name),
      findVirtualFunction: async (pciAddress) => findFunction(bus, pciAddress),
      updateVirtualFunction: async (parent, index, { mac, vlanId, trust }) => {
        const settings = { mac: mac?.toLowerCase(), vlan: vlanId, trusted: trust };
        this.setVirtualFunction(`${parent} ${index}`, given(settings));
        return { changed: true, value: { index } };
      },
      moveLayer3: (from, to) => moveLayer3(driver, from, to),
      batch: (operations) => runBatch(driver, operations),
    };
    this.driver = driver;
  }

  isListed(name: string): boolean {
    return this.#listed.has(name);
  }

  /** The names of the devices that asking finds, sorted. */
  names(): string[] {
    return [...this.#listed].filter((name) => name !== LOOPBACK).sort();
  }

  /** All devices, those that are taken for granted among them. */
  async links(): Promise<Link[]> {
    return (await this.#links.listLinks()).filter(({ name }) => name !== LOOPBACK);
  }

  async addPresent({ spec, promiscuous, listed }: PresentLink): Promise<void> {
    if (spec.name !== LOOPBACK) await this.#links.createLink(spec);
    await this.#links.updateLink(spec.name, { promiscuous });
    if (listed) this.#listed.add(spec.name);
  }

  addAddress(text: AddressText): void {
    const present = this.layer3.addresses.findIndex(
      ({ link, cidr }) => link === text.link && cidr === literalCidr(text.cidr),
    );
    const place = present === -1 ? this.layer3.addresses.length : present;
    this.layer3.addresses.splice(place, 1, addressOf(text));
  }

  async addRoute(spec: RouteSpec): Promise<void> {
    await this.driver.ensureRoute(spec);
  }

  /**
   * Makes the devices what a command printed of them. The recorded host prints the same every time, as
   * if somebody had put everything back meanwhile.
   */
  async see(what: string, printed: string): Promise<void> {
    const [kind, link = ''] = what.split(' ');
    const { layer3 } = this;
    if (kind === 'forwarding') await this.driver.setForwarding('ipv4', printed.trim() === '1');
    if (kind === 'addresses') {
      layer3.addresses = layer3.addresses.filter((address) => address.link !== link);
      for (const address of readAddresses(link, printed)) this.addAddress(address);
    }
    if (kind === 'routes') {
      layer3.routes = layer3.routes.filter((route) => route.link !== link);
      // A line that is no route of its own, such as a next hop, is not one of the contract's either.
      for (const route of readRoutes(link, printed)) await this.addRoute(route).catch(() => {});
    }
  }

  /** Does what a command does that was recorded. @throws NetDevError */
  async apply(step: DeviceStep): Promise<void> {
    const { driver } = this;
    switch (step.do) {
      case 'create-link':
        await driver.createLink(step.spec);
        break;
      case 'update-link':
        await driver.updateLink(step.name, step.changes);
        break;
      case 'delete-link':
        await driver.deleteLink(step.name);
        break;
      case 'add-address':
        this.addAddress({
          ...step.address,
          flags: step.address.flags.filter((flag) => settableFlags.includes(flag)),
        });
        break;
      case 'delete-address':
        await driver.deleteAddress(step.address.link, step.address.cidr);
        break;
      case 'add-route':
        await this.addRoute(step.route);
        break;
      case 'delete-route':
        await driver.deleteRoute(step.route);
        break;
      case 'set-forwarding':
        await driver.setForwarding('ipv4', step.enabled);
        break;
      case 'set-virtual-function':
        this.setVirtualFunction(`${step.link} ${step.index}`, step.settings);
        break;
      case 'read':
    }
  }

  setVirtualFunction(key: string, settings: VirtualFunctionSettings): void {
    this.virtualFunctions.set(key, { ...this.virtualFunctions.get(key), ...settings });
  }

  async #create(spec: LinkSpec): Promise<Link> {
    const names = spec.kind === 'veth' ? [spec.name, spec.peer.name] : [spec.name];
    for (const name of names) if (!this.isListed(name)) await this.#links.deleteLink(name);
    const link = await this.#links.createLink(spec.kind === 'veth' ? loneEnd(spec) : spec);
    if (spec.kind === 'veth') await this.#links.createLink({ ...spec.peer, kind: 'dummy' });
    for (const name of names) this.#listed.add(name);
    this.#choose(spec.name, spec.mac);
    return link;
  }

  async #delete(name: string): Promise<boolean> {
    await this.#remember(name);
    const there = await this.#links.deleteLink(name);
    const left = (await this.#links.listLinks()).map((link) => `${link.name}`);
    for (const listed of this.#listed) if (!left.includes(listed)) this.#listed.delete(listed);
    this.chosenMacs.delete(name);
    this.layer3.addresses = this.layer3.addresses.filter(({ link }) => left.includes(link));
    this.layer3.routes = this.layer3.routes.filter(({ link }) => link === undefined || left.includes(link));
    return there;
  }

  async #remember(name: string): Promise<void> {
    const links = await this.#links.listLinks();
    const link = links.find((each) => each.name === name);
    if (link === undefined) return;
    const ports = links.filter(({ master }) => master === name).map((port): string => port.name);
    const past = this.gone.get(name) ?? [];
    this.gone.set(name, [...past, { link, mac: this.chosenMacs.get(name), ports: ports.sort() }]);
  }

  #choose(name: string, mac: string | undefined): void {
    if (mac !== undefined) this.chosenMacs.set(name, mac.toLowerCase());
  }
}

/** On the recorded host the ends of a pair were two devices: deleting one left the other. */
function loneEnd({ peer: _, ...spec }: VethSpec): LinkSpec {
  return { ...spec, kind: 'dummy' };
}

function findFunction(bus: PciBus, pciAddress: string): VirtualFunction {
  const found = bus[pciAddress];
  if (found === undefined)
    throw new DeviceNotFoundError({ operation: 'find virtual function', object: pciAddress });
  const { ifname, pf_ifname, vf_num } = found;
  return {
    pciAddress: pciAddress as VirtualFunction['pciAddress'],
    link: ifname as Link['name'],
    parent: pf_ifname as Link['name'],
    index: Number(vf_num),
  };
}

function given(
  settings: { [Field in keyof VirtualFunctionSettings]: VirtualFunctionSettings[Field] | undefined },
) {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as VirtualFunctionSettings;
}

function addressOf({ link, cidr, peer, broadcast, scope, label, flags }: AddressText): Address {
  const address: Address = {
    link: link as Address['link'],
    cidr: literalCidr(cidr) as Cidr,
    scope: scope as Address['scope'],
    secondary: flags.includes('secondary'),
    dynamic: flags.includes('dynamic'),
    tentative: flags.includes('tentative'),
  };
  if (peer !== undefined) address.peer = parseIpAddress(peer);
  if (broadcast !== undefined) address.broadcast = parseIpAddress(broadcast);
  if (label !== undefined) address.label = label;
  if (flags.includes('noprefixroute')) address.noPrefixRoute = true;
  return address;
}
