import {
  DeviceExistsError,
  DeviceNotFoundError,
  type InterfaceName,
  type LinkChanges,
  type LinkSpec,
  linkSettings,
  type MacAddress,
  PlatformError,
  parseInterfaceName,
  parseMacAddress,
} from 'netdev-core';
import { removeLayer3 } from './layer3-operations.js';
import { findByName, type MemoryLink, type NetworkStack, tell } from './network-stack.js';
import { showLink } from './show-link.js';

/** The link of a name. @throws DeviceNotFoundError */
export function requireLink(stack: NetworkStack, name: string, operation: string): MemoryLink {
  const link = findByName(stack, name);
  if (link === undefined) throw new DeviceNotFoundError({ operation, object: name });
  return link;
}

/** Makes a link, both ends of a pair, with all that the specification says. Changes nothing when it throws. */
export function addLink(stack: NetworkStack, spec: LinkSpec, peerStack: NetworkStack): MemoryLink {
  const operation = `create ${spec.kind}`;
  refuseTaken(stack, spec.name, operation);
  if (typeof spec.master === 'string') requireBridge(stack, spec.master, operation);
  if (spec.kind === 'vlan') requireLink(stack, spec.parent, operation);
  if (spec.kind === 'veth') refuseTaken(peerStack, spec.peer.name, operation);
  const link = put(stack, spec);
  if (spec.kind === 'veth') {
    const { namespace: _, ...settings } = spec.peer;
    const peer = put(peerStack, { kind: 'veth', peer: { name: spec.name }, ...settings });
    link.peer = { stack: peerStack, index: peer.index };
    peer.peer = { stack, index: link.index };
    changeLink(peerStack, peer, linkSettings({ kind: 'dummy', ...settings }));
  }
  changeLink(stack, link, linkSettings(spec));
  return link;
}

/** Applies changes to a link. */
export function changeLink(stack: NetworkStack, link: MemoryLink, changes: LinkChanges): void {
  const operation = 'change link';
  if (changes.name !== undefined && changes.name !== link.name) refuseTaken(stack, changes.name, operation);
  const master =
    typeof changes.master === 'string' ? requireBridge(stack, changes.master, operation).index : undefined;
  if (changes.name !== undefined) rename(stack, link, parseInterfaceName(changes.name));
  if (changes.mac !== undefined) {
    link.mac = parseMacAddress(changes.mac);
    link.macIsChosen = true;
  }
  link.mtu = changes.mtu ?? link.mtu;
  link.hairpin = changes.hairpin ?? (changes.master === undefined ? link.hairpin : false);
  link.promiscuous = changes.promiscuous ?? link.promiscuous;
  link.allMulticast = changes.allMulticast ?? link.allMulticast;
  link.alias = changes.alias ?? link.alias;
  if (link.bridge !== undefined) link.bridge = { ...link.bridge, ...changes.bridge };
  if (changes.master !== undefined) {
    const former = link.master;
    link.master = master;
    for (const bridge of [former, master]) if (bridge !== undefined) adoptPortMac(stack, bridge);
  }
  if (changes.up !== undefined && changes.up !== link.up) {
    link.up = changes.up;
    if (!link.up)
      stack.routes = stack.routes.filter((route) => route.link !== link.name || route.protocol === 'kernel');
  }
  tell(stack, { type: 'link-changed', link: showLink(stack, link) });
}

/** Deletes a link, both ends of a pair, and what leans on it. */
export function dropLink(stack: NetworkStack, link: MemoryLink): void {
  if (link.index === 1) {
    throw new PlatformError({
      operation: 'delete link',
      object: link.name,
      detail: 'the loopback device cannot be deleted',
    });
  }
  stack.links.delete(link.index);
  removeLayer3(stack, link.name);
  for (const other of [...stack.links.values()]) {
    if (other.master === link.index) other.master = undefined;
    if (other.spec.kind === 'vlan' && other.spec.parent === link.name) dropLink(stack, other);
  }
  if (link.master !== undefined) adoptPortMac(stack, link.master);
  tell(stack, { type: 'link-removed', link: showLink(stack, link) });
  const peer = link.peer?.stack.links.get(link.peer.index);
  if (link.peer !== undefined && peer !== undefined) dropLink(link.peer.stack, peer);
}

/** Moves a link to another stack, where it is down, without addresses and in no bridge. */
export function relocateLink(from: NetworkStack, link: MemoryLink, to: NetworkStack): void {
  refuseTaken(to, link.name, 'move link');
  from.links.delete(link.index);
  removeLayer3(from, link.name);
  tell(from, { type: 'link-removed', link: showLink(from, link) });
  const peer = link.peer?.stack.links.get(link.peer.index);
  link.index = freeIndex(to, link.index);
  link.up = false;
  link.master = undefined;
  if (peer !== undefined) peer.peer = { stack: to, index: link.index };
  to.links.set(link.index, link);
  tell(to, { type: 'link-changed', link: showLink(to, link) });
}

function put(stack: NetworkStack, spec: LinkSpec): MemoryLink {
  const index = freeIndex(stack, stack.nextIndex);
  const link: MemoryLink = {
    index,
    spec,
    name: spec.name as InterfaceName,
    mac: madeUpMac(stack, index),
    macIsChosen: false,
    mtu: 1500,
    up: false,
    hairpin: false,
    promiscuous: false,
    allMulticast: false,
    alias: '',
    master: undefined,
    peer: undefined,
    bridge:
      spec.kind === 'bridge'
        ? { forwardDelay: 15, stp: false, ageingTime: 300, vlanFiltering: false }
        : undefined,
  };
  stack.links.set(index, link);
  return link;
}

function freeIndex(stack: NetworkStack, wanted: number): number {
  const index = stack.links.has(wanted) ? stack.nextIndex : wanted;
  stack.nextIndex = Math.max(stack.nextIndex, index) + 1;
  return index;
}

/** A local address (IEEE 802: second-lowest bit of the first octet) that two runs give alike. */
function madeUpMac(stack: NetworkStack, index: number): MacAddress {
  const seed = [...(stack.name ?? 'host')].reduce(
    (sum, letter) => (sum * 31 + letter.charCodeAt(0)) & 0xffff,
    7,
  );
  const octets = [0x02, 0x4d, seed >> 8, seed & 0xff, (index >> 8) & 0xff, index & 0xff];
  return octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':') as MacAddress;
}

/** A bridge without an address of its own takes the lowest of its ports (IEEE 802.1D, 7.12.5). */
function adoptPortMac(stack: NetworkStack, bridgeIndex: number): void {
  const bridge = stack.links.get(bridgeIndex);
  if (bridge === undefined || bridge.macIsChosen) return;
  const macs = [...stack.links.values()].flatMap(({ master, mac }) =>
    master === bridgeIndex && mac !== undefined ? [mac] : [],
  );
  bridge.mac = macs.sort()[0] ?? bridge.mac;
}

function rename(stack: NetworkStack, link: MemoryLink, name: InterfaceName): void {
  const former = link.name;
  link.name = name;
  stack.addresses = stack.addresses.map((address) =>
    address.link === former ? { ...address, link: name } : address,
  );
  stack.routes = stack.routes.map((route) => (route.link === former ? { ...route, link: name } : route));
  for (const other of stack.links.values()) {
    if (other.spec.kind === 'vlan' && other.spec.parent === former)
      other.spec = { ...other.spec, parent: name };
  }
}

function requireBridge(stack: NetworkStack, name: string, operation: string): MemoryLink {
  const bridge = requireLink(stack, name, operation);
  if (bridge.spec.kind === 'bridge') return bridge;
  throw new PlatformError({ operation, object: name, detail: `it is no bridge but ${bridge.spec.kind}` });
}

function refuseTaken(stack: NetworkStack, name: string, operation: string): void {
  if (findByName(stack, name) !== undefined) throw new DeviceExistsError({ operation, object: name });
}
