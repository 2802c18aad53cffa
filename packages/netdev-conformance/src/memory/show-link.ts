import type { InterfaceName, Link, LinkFlag } from 'netdev-core';
import { LOOPBACK_INDEX, type MemoryLink, type NetworkStack } from './network-stack.js';
import { showMacvlan, showVxlan } from './show-kind.js';

/** A device as a driver shows it. */
export function showLink(stack: NetworkStack, link: MemoryLink): Link {
  const { spec, name, up } = link;
  const isLoopback = link.index === LOOPBACK_INDEX;
  const shown: Link = {
    index: link.index,
    name,
    kind: isLoopback ? 'loopback' : spec.kind,
    mtu: link.mtu,
    flags: flagsOf(link),
    up,
    operState: up ? 'up' : 'down',
  };
  if (link.mac !== undefined) shown.mac = link.mac;
  const master = link.master === undefined ? undefined : stack.links.get(link.master);
  if (master !== undefined) shown.master = master.name;
  if (master !== undefined && link.port !== undefined) shown.port = { ...link.port };
  const parent = parentOf(stack, link);
  if (parent !== undefined) shown.parent = parent;
  if (spec.kind === 'vlan') {
    shown.vlanId = spec.vlanId;
    shown.vlanProtocol = spec.vlanProtocol ?? '802.1q';
  }
  if (spec.kind === 'vxlan') shown.vxlan = showVxlan(spec);
  if (spec.kind === 'macvlan' || spec.kind === 'macvtap') shown.macvlan = showMacvlan(spec);
  if (link.alias !== '') shown.alias = link.alias;
  if (link.altNames.length > 0) shown.altNames = [...link.altNames];
  if (link.bridge !== undefined) shown.bridge = { ...link.bridge };
  if (spec.kind === 'tap' || spec.kind === 'tun') {
    shown.tap = { multiQueue: spec.multiQueue ?? false, persistent: true };
    if (spec.owner !== undefined) shown.tap.owner = spec.owner;
    if (spec.group !== undefined) shown.tap.group = spec.group;
  }
  return shown;
}

function parentOf(stack: NetworkStack, { parent, peer }: MemoryLink): InterfaceName | undefined {
  const other = parent ?? peer?.link;
  return other !== undefined && stack.links.get(other.index) === other ? other.name : undefined;
}

function flagsOf({ index, spec, up, promiscuous, allMulticast }: MemoryLink): Set<LinkFlag> {
  const isLoopback = index === LOOPBACK_INDEX;
  const isTun = spec.kind === 'tun';
  const flags: [LinkFlag, boolean][] = [
    ['up', up],
    ['running', up],
    ['broadcast', !isLoopback && !isTun],
    ['multicast', !isLoopback && spec.kind !== 'ifb'],
    ['loopback', isLoopback],
    ['point-to-point', isTun],
    ['noarp', isTun || spec.kind === 'ifb'],
    ['promiscuous', promiscuous],
    ['allmulticast', allMulticast],
  ];
  return new Set(flags.filter(([, has]) => has).map(([flag]) => flag));
}
