import { withoutAbsent } from '../without-absent.js';
import { altNamesDifference } from './alternative-names.js';
import { bridgeDifference, bridgeSettings } from './bridge-settings.js';
import type { Link } from './link.js';
import type { LinkChanges, LinkSpec } from './link-spec.js';
import { NEW_PORT, portDifference, portSettings } from './port-settings.js';
import {
  macvlanClash,
  macvlanDifference,
  macvlanSettings,
  tapDifference,
  tapSettings,
  vxlanClash,
  vxlanDifference,
  vxlanSettings,
} from './tunnel-difference.js';

/** For drivers: what has to be written so that a link is as asked for: only what differs. */
export function linkDifference(link: Link, wanted: LinkChanges): LinkChanges {
  const differing = <T>(value: T | undefined, present: T | undefined): T | undefined =>
    value === undefined || value === present ? undefined : value;
  const port = wanted.master === undefined || wanted.master === link.master ? link.port : NEW_PORT;
  const { vxlan, macvlan, tap } = wanted;
  return withoutAbsent<LinkChanges>({
    name: differing(wanted.name, link.name),
    up: differing(wanted.up, link.up),
    mtu: differing(wanted.mtu, link.mtu),
    mac: differing(wanted.mac, link.mac),
    master:
      wanted.master === null && link.master === undefined ? undefined : differing(wanted.master, link.master),
    ...portDifference(port, wanted),
    promiscuous: differing(wanted.promiscuous, link.flags.has('promiscuous')),
    allMulticast: differing(wanted.allMulticast, link.flags.has('allmulticast')),
    alias: differing(wanted.alias, link.alias ?? ''),
    ...altNamesDifference(link, wanted),
    bridge: wanted.bridge === undefined ? undefined : bridgeDifference(link.bridge, wanted.bridge),
    vxlan: unlessEmpty(vxlan && vxlanDifference(link, vxlan)),
    macvlan: unlessEmpty(macvlan && macvlanDifference(link, macvlan)),
    tap: unlessEmpty(tap && tapDifference(link, tap)),
  });
}

function unlessEmpty<T extends object>(values: T | undefined): T | undefined {
  return values === undefined || Object.keys(values).length === 0 ? undefined : values;
}

/** For drivers: what a specification says that can be changed on a link that is there. */
export function linkSettings(spec: LinkSpec): LinkChanges {
  const { up, mtu, mac, master, promiscuous, allMulticast, alias, altNames } = spec;
  const bridge = spec.kind === 'bridge' ? bridgeSettings(spec) : undefined;
  return withoutAbsent<LinkChanges>({
    up,
    mtu,
    mac,
    master,
    ...portSettings(spec),
    promiscuous,
    allMulticast,
    alias,
    altNames,
    bridge,
    vxlan: unlessEmpty(spec.kind === 'vxlan' ? vxlanSettings(spec) : undefined),
    tap: unlessEmpty(spec.kind === 'tap' || spec.kind === 'tun' ? tapSettings(spec) : undefined),
    macvlan: unlessEmpty(
      spec.kind === 'macvlan' || spec.kind === 'macvtap' ? macvlanSettings(spec) : undefined,
    ),
  });
}

/** For drivers: why a link that is there cannot be taken for the one asked for; `undefined` when it can. */
export function linkClash(link: Link, spec: LinkSpec): string | undefined {
  if (link.name !== spec.name) return `${spec.name} is another name of ${link.name}`;
  if (link.kind !== spec.kind) return `${link.name} is there as ${link.kind}, not as ${spec.kind}`;
  if (spec.kind === 'vlan' && (link.vlanId !== spec.vlanId || link.parent !== spec.parent)) {
    return `${link.name} is vlan ${link.vlanId} of ${link.parent}, not vlan ${spec.vlanId} of ${spec.parent}`;
  }
  const { vlanProtocol = '802.1q' } = link;
  if (spec.kind === 'vlan' && spec.vlanProtocol !== undefined && spec.vlanProtocol !== vlanProtocol)
    return `${link.name} is a vlan of ${vlanProtocol}, not of ${spec.vlanProtocol}`;
  if (spec.kind === 'vxlan') return vxlanClash(link, spec);
  if (spec.kind === 'macvlan' || spec.kind === 'macvtap') return macvlanClash(link, spec);
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
