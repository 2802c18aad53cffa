import { withoutAbsent } from '../without-absent.js';
import { bridgeDifference, bridgeSettings } from './bridge-settings.js';
import type { Link, PortDetail } from './link.js';
import type { LinkChanges, LinkSpec, VxlanSpec } from './link-spec.js';

/** The UDP port of a vxlan that was given none (RFC 7348, 5). */
export const VXLAN_PORT = 4789;

/** For drivers: how a link is as a port when it joins a bridge; what it was in another is forgotten. */
export const NEW_PORT: Readonly<PortDetail> = {
  hairpin: false,
  isolated: false,
  learning: true,
  flood: true,
};

/** For drivers: what has to be written so that a link is as asked for: only what differs. */
export function linkDifference(link: Link, wanted: LinkChanges): LinkChanges {
  const differing = <T>(value: T | undefined, present: T | undefined): T | undefined =>
    value === undefined || value === present ? undefined : value;
  const port = wanted.master === undefined || wanted.master === link.master ? link.port : NEW_PORT;
  return withoutAbsent<LinkChanges>({
    name: differing(wanted.name, link.name),
    up: differing(wanted.up, link.up),
    mtu: differing(wanted.mtu, link.mtu),
    mac: differing(wanted.mac, link.mac),
    master:
      wanted.master === null && link.master === undefined ? undefined : differing(wanted.master, link.master),
    hairpin: differing(wanted.hairpin, port?.hairpin),
    isolated: differing(wanted.isolated, port?.isolated),
    learning: differing(wanted.learning, port?.learning),
    flood: differing(wanted.flood, port?.flood),
    promiscuous: differing(wanted.promiscuous, link.flags.has('promiscuous')),
    allMulticast: differing(wanted.allMulticast, link.flags.has('allmulticast')),
    alias: differing(wanted.alias, link.alias ?? ''),
    bridge: wanted.bridge === undefined ? undefined : bridgeDifference(link.bridge, wanted.bridge),
  });
}

/** For drivers: what a specification says that can be changed on a link that is there. */
export function linkSettings(spec: LinkSpec): LinkChanges {
  const { up, mtu, mac, master, hairpin, isolated, learning, flood, promiscuous, allMulticast, alias } = spec;
  const bridge = spec.kind === 'bridge' ? bridgeSettings(spec) : undefined;
  return withoutAbsent<LinkChanges>({
    up,
    mtu,
    mac,
    master,
    hairpin,
    isolated,
    learning,
    flood,
    promiscuous,
    allMulticast,
    alias,
    bridge,
  });
}

/** For drivers: why a link that is there cannot be taken for the one asked for; `undefined` when it can. */
export function linkClash(link: Link, spec: LinkSpec): string | undefined {
  if (link.kind !== spec.kind) return `${link.name} is there as ${link.kind}, not as ${spec.kind}`;
  if (spec.kind === 'vlan' && (link.vlanId !== spec.vlanId || link.parent !== spec.parent)) {
    return `${link.name} is vlan ${link.vlanId} of ${link.parent}, not vlan ${spec.vlanId} of ${spec.parent}`;
  }
  if (spec.kind === 'vxlan') return vxlanClash(link, spec);
  if (spec.kind === 'macvlan' || spec.kind === 'macvtap') {
    if (link.parent !== spec.parent) return `${link.name} is on ${link.parent}, not on ${spec.parent}`;
    if (spec.mode !== undefined && link.macvlan?.mode !== spec.mode)
      return `${link.name} is in mode ${link.macvlan?.mode}, not ${spec.mode}`;
  }
  if (
    (spec.kind === 'tap' || spec.kind === 'tun') &&
    spec.multiQueue !== undefined &&
    link.tap?.multiQueue !== spec.multiQueue
  ) {
    return `${link.name} is a ${spec.kind} ${spec.multiQueue ? 'without' : 'with'} several queues, which cannot be changed`;
  }
  if (spec.kind === 'veth' && spec.peer.namespace === undefined && link.parent !== spec.peer.name) {
    return `the other end of ${link.name} is ${link.parent ?? 'in another namespace'}, not ${spec.peer.name}`;
  }
  return undefined;
}

/** What is left out may be anything, but for the network and the port. */
function vxlanClash(link: Link, { vni, port = VXLAN_PORT, ...spec }: VxlanSpec): string | undefined {
  const { name, vxlan } = link;
  if (vxlan?.vni !== vni || vxlan.port !== port)
    return `${name} is network ${vxlan?.vni} on port ${vxlan?.port}, not ${vni} on port ${port}`;
  if (spec.parent !== undefined && link.parent !== spec.parent)
    return `${name} is on ${link.parent ?? 'no link'}, not on ${spec.parent}`;
  const other = (['local', 'remote', 'group', 'learnRemotes'] as const).find(
    (field) => spec[field] !== undefined && spec[field] !== vxlan[field],
  );
  return other === undefined
    ? undefined
    : `${name} has ${other} ${vxlan[other] ?? 'not set'}, not ${spec[other]}`;
}
