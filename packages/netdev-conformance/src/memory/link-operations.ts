import {
  DeviceExistsError,
  DeviceNotFoundError,
  type InterfaceName,
  type LinkChanges,
  type LinkSpec,
  linkSettings,
  type NamespaceRef,
  NEW_PORT,
  PlatformError,
  parseInterfaceName,
  parseMacAddress,
  portSettings,
  type Route,
  UnsupportedError,
  VXLAN_PORT,
  type VxlanSpec,
  withoutAbsent,
} from 'netdev-core';
import { connectLink, disconnectLink, removeLayer3 } from './address-operations.js';
import { adoptPortMac, madeUpMac } from './bridge-mac.js';
import { changeDefaultVlan, firstVlans, tellVlans, vlansAround } from './bridge-vlan-operations.js';
import { forgetForwarding } from './forwarding-operations.js';
import { forgetNeighbours } from './neighbour-operations.js';
import {
  blankLink,
  findByName,
  LOOPBACK_INDEX,
  type MemoryLink,
  type NetworkStack,
  tell,
} from './network-stack.js';
import { showLink } from './show-link.js';

/** Of a port as fast as Linux takes memory for: 10 Gbit/s (IEEE 802.1D, and port_cost of net/bridge/br_if.c). */
const PORT_COST = 2;

/** What a vxlan's frames have round them, in bytes: Ethernet, IPv4, UDP and VXLAN (RFC 7348, 5). */
const VXLAN_OVERHEAD = 50;

/** The link of a name. @throws DeviceNotFoundError */
export function requireLink(stack: NetworkStack, name: string, operation: string): MemoryLink {
  const link = findByName(stack, name);
  if (link === undefined) throw new DeviceNotFoundError({ operation, object: name });
  return link;
}

/** Makes a link, both ends of a pair, with all that the specification says. Changes nothing when it throws. */
export function addLink(stack: NetworkStack, spec: LinkSpec, peerStack: NetworkStack): MemoryLink {
  const operation = `create ${spec.kind}`;
  for (const name of [spec.name, ...(spec.altNames ?? [])]) refuseTaken(stack, name, operation);
  if (spec.altNames?.includes(spec.name))
    throw new DeviceExistsError({ operation, object: spec.name, detail: 'that is its own name' });
  if (typeof spec.master === 'string') requireBridge(stack, spec.master, operation);
  const parentName = 'parent' in spec ? spec.parent : undefined;
  const parent = parentName === undefined ? undefined : requireLink(stack, parentName, operation);
  refuseTwin(stack, spec);
  if (spec.kind === 'veth') refuseTaken(peerStack, spec.peer.name, operation);
  const link = put(stack, spec);
  if (parent !== undefined) {
    link.parent = parent;
    if (spec.kind === 'vlan') link.mac = parent.mac;
    link.mtu = parent.mtu - (spec.kind === 'vxlan' ? VXLAN_OVERHEAD : 0);
  }
  if (spec.kind === 'veth') {
    const { namespace: _, ...settings } = spec.peer;
    const peer = put(peerStack, { kind: 'veth', peer: { name: spec.name }, ...settings });
    link.peer = { stack: peerStack, link: peer };
    peer.peer = { stack, link };
    changeLink(peerStack, peer, linkSettings({ kind: 'dummy', ...settings }));
  }
  changeLink(stack, link, linkSettings(spec));
  if (link.bridge !== undefined) tellVlans(stack, [], vlansAround(stack, link));
  return link;
}

/** Applies changes to a link. Changes nothing when it throws. */
export function changeLink(stack: NetworkStack, link: MemoryLink, changes: LinkChanges): void {
  const operation = 'change link';
  const { name = link.name, altNames = [], dropAltNames = [] } = changes;
  if (name !== link.name && !dropAltNames.includes(name)) refuseTaken(stack, name, operation);
  for (const other of altNames)
    if (name === link.name || other !== link.name) refuseTaken(stack, other, operation);
  const master =
    typeof changes.master === 'string' ? requireBridge(stack, changes.master, operation).index : undefined;
  if (master === link.index) {
    throw new PlatformError({ operation, object: link.name, detail: 'it cannot be its own port' });
  }
  const asked = portSettings(changes);
  if (Object.keys(asked).length > 0 && (changes.master === undefined ? link.master : master) === undefined) {
    throw new UnsupportedError({ operation, object: link.name, detail: 'it is no port of a bridge' });
  }
  changeTunnel(stack, link, changes);
  if (changes.name !== undefined) rename(stack, link, parseInterfaceName(changes.name));
  if (changes.mac !== undefined) {
    link.mac = parseMacAddress(changes.mac);
    link.macIsChosen = true;
  }
  link.mtu = changes.mtu ?? link.mtu;
  link.promiscuous = changes.promiscuous ?? link.promiscuous;
  link.allMulticast = changes.allMulticast ?? link.allMulticast;
  link.alias = changes.alias ?? link.alias;
  link.altNames = [...link.altNames.filter((other) => !dropAltNames.includes(other)), ...altNames];
  const vlans = vlansAround(stack, link);
  if (link.bridge !== undefined) {
    const former = link.bridge.vlanDefaultPvid ?? 0;
    link.bridge = { ...link.bridge, ...changes.bridge };
    const { vlanDefaultPvid = former } = link.bridge;
    if (vlanDefaultPvid !== former) changeDefaultVlan(stack, link, former, vlanDefaultPvid);
  }
  const bridges = new Set([link.master]);
  if (changes.master !== undefined && link.master !== master) {
    forgetForwarding(stack, link, 'as a port');
    link.master = master;
    link.port = master === undefined ? undefined : { ...NEW_PORT, portCost: PORT_COST };
    const bridge = master === undefined ? undefined : stack.links.get(master)?.bridge;
    link.vlans = bridge === undefined ? new Map() : firstVlans(bridge.vlanDefaultPvid);
  }
  if (link.port !== undefined) link.port = { ...link.port, ...asked };
  for (const bridge of bridges.add(link.master)) if (bridge !== undefined) adoptPortMac(stack, bridge);
  if (changes.up !== undefined && changes.up !== link.up) {
    link.up = changes.up;
    if (link.up) connectLink(stack, link.name);
    else disconnectLink(stack, link.name);
    if (!link.up) forgetNeighbours(stack, link);
  }
  tell(stack, { type: 'link-changed', link: showLink(stack, link) });
  tellVlans(stack, vlans, vlansAround(stack, link));
}

/** What changes say about a vxlan, macvlan, tap or tun. Changes nothing when it throws. */
function changeTunnel(stack: NetworkStack, link: MemoryLink, { vxlan, macvlan, tap }: LinkChanges): void {
  const attempt = { operation: 'change link', object: link.name };
  const { spec } = link;
  if (vxlan !== undefined) {
    if (spec.kind !== 'vxlan') throw new UnsupportedError({ ...attempt, detail: 'it is no vxlan' });
    const parent = vxlan.parent === undefined ? link.parent : requireLink(stack, vxlan.parent, 'change link');
    const { remote, group, ...others } = spec;
    const former = vxlan.remote === undefined && vxlan.group === undefined ? { remote, group } : {};
    link.spec = withoutAbsent<VxlanSpec>({ ...others, ...former, ...vxlan });
    link.parent = parent;
  }
  if (tap !== undefined) {
    if (spec.kind !== 'tap' && spec.kind !== 'tun')
      throw new UnsupportedError({ ...attempt, detail: 'it is no tap and no tun' });
    link.spec = { ...spec, ...tap };
  }
  if (macvlan !== undefined) {
    if (spec.kind !== 'macvlan' && spec.kind !== 'macvtap')
      throw new UnsupportedError({ ...attempt, detail: 'it is no macvlan' });
    const { mode = 'bridge' } = spec;
    if ((mode === 'passthru') !== ((macvlan.mode ?? mode) === 'passthru'))
      throw new PlatformError({ ...attempt, detail: 'the mode passthru stays', errno: 'EINVAL' });
    link.spec = { ...spec, ...macvlan };
  }
}

/** Deletes a link, both ends of a pair, and what leans on it. */
export function dropLink(stack: NetworkStack, link: MemoryLink): void {
  refuseLoopback(link, 'delete link');
  const shown = showLink(stack, link);
  const vlans = vlansAround(stack, link);
  forgetNeighbours(stack, link);
  forgetForwarding(stack, link, 'all');
  for (const other of stack.links.values())
    if (other.master === link.index) forgetForwarding(stack, other, 'as a port');
  stack.links.delete(link.index);
  removeLayer3(stack, link.name);
  for (const other of [...stack.links.values()]) {
    if (other.master === link.index) {
      other.master = undefined;
      other.port = undefined;
      other.vlans.clear();
    }
    if (other.parent === link) dropLink(stack, other);
  }
  if (link.master !== undefined) adoptPortMac(stack, link.master);
  tellVlans(stack, vlans, []);
  tell(stack, { type: 'link-removed', link: shown });
  const { peer } = link;
  if (peer !== undefined && peer.stack.links.get(peer.link.index) === peer.link)
    dropLink(peer.stack, peer.link);
}

/** Moves a link to another stack, where it is down, without addresses and in no bridge. */
export function relocateLink(
  from: NetworkStack,
  link: MemoryLink,
  to: NetworkStack,
  target: NamespaceRef,
): void {
  refuseLoopback(link, 'move link');
  if (link.bridge !== undefined) {
    throw new PlatformError({
      operation: 'move link',
      object: `${link.name} to ${JSON.stringify(target)}`,
      detail: 'a bridge stays in the namespace that it was made in',
      errno: 'EINVAL',
    });
  }
  if (to === from) return;
  refuseTaken(to, link.name, 'move link');
  const shown = showLink(from, link);
  const vlans = vlansAround(from, link);
  forgetNeighbours(from, link);
  forgetForwarding(from, link, 'all');
  from.links.delete(link.index);
  removeLayer3(from, link.name);
  const { master } = link;
  link.master = undefined;
  link.port = undefined;
  link.vlans.clear();
  if (master !== undefined) adoptPortMac(from, master);
  tellVlans(from, vlans, []);
  tell(from, { type: 'link-removed', link: shown });
  link.index = freeIndex(to, link.index);
  link.up = false;
  if (link.peer !== undefined) link.peer.link.peer = { stack: to, link };
  to.links.set(link.index, link);
  tell(to, { type: 'link-changed', link: showLink(to, link) });
}

function put(stack: NetworkStack, spec: LinkSpec): MemoryLink {
  const index = freeIndex(stack, stack.nextIndex);
  const mac = spec.kind === 'tun' ? undefined : madeUpMac(stack, index);
  const link = { ...blankLink(index, spec), mac };
  stack.links.set(index, link);
  return link;
}

function freeIndex(stack: NetworkStack, wanted: number): number {
  const index = stack.links.has(wanted) ? stack.nextIndex : wanted;
  stack.nextIndex = Math.max(stack.nextIndex, index + 1);
  return index;
}

function rename(stack: NetworkStack, link: MemoryLink, name: InterfaceName): void {
  const former = link.name;
  link.name = name;
  stack.addresses = stack.addresses.map((address) =>
    address.link === former ? { ...address, link: name } : address,
  );
  stack.routes = stack.routes.map((route) => renamedWays(route, former, name));
}

function renamedWays(route: Route, former: string, name: InterfaceName): Route {
  const renamed = route.link === former ? { ...route, link: name } : route;
  if (renamed.nextHops === undefined) return renamed;
  const nextHops = renamed.nextHops.map((hop) => (hop.link === former ? { ...hop, link: name } : hop));
  return { ...renamed, nextHops };
}

function requireBridge(stack: NetworkStack, name: string, operation: string): MemoryLink {
  const bridge = requireLink(stack, name, operation);
  if (bridge.bridge !== undefined) return bridge;
  throw new PlatformError({ operation, object: name, detail: `it is no bridge but ${bridge.spec.kind}` });
}

function refuseTaken(stack: NetworkStack, name: string, operation: string): void {
  if (findByName(stack, name) !== undefined) throw new DeviceExistsError({ operation, object: name });
}

/** A parent has each vlan once, and a stack each vxlan network of a port. */
function refuseTwin(stack: NetworkStack, spec: LinkSpec): void {
  const network = networkOf(spec);
  const twin = [...stack.links.values()].find((other) => networkOf(other.spec) === network);
  if (network === undefined || twin === undefined) return;
  throw new DeviceExistsError({
    operation: `create ${spec.kind}`,
    object: spec.name,
    detail: `${twin.name} is ${network} already`,
  });
}

function networkOf(spec: LinkSpec): string | undefined {
  if (spec.kind === 'vlan') return `${spec.vlanProtocol ?? '802.1q'} vlan ${spec.vlanId} of ${spec.parent}`;
  if (spec.kind === 'vxlan') return `vxlan network ${spec.vni} of port ${spec.port ?? VXLAN_PORT}`;
  return undefined;
}

function refuseLoopback(link: MemoryLink, operation: string): void {
  if (link.index !== LOOPBACK_INDEX) return;
  throw new PlatformError({ operation, object: link.name, detail: 'the loopback device stays' });
}
