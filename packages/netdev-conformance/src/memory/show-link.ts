import type { InterfaceName, Link, LinkFlag } from 'netdev-core';
import { LOOPBACK_INDEX, type MemoryLink, type NetworkStack } from './network-stack.js';

/** A device as a driver shows it. */
export function showLink(stack: NetworkStack, link: MemoryLink): Link {
  const { spec, name, up } = link;
  const isLoopback = link.index === LOOPBACK_INDEX;
  const shown: Link = {
    index: link.index,
    name,
    kind: isLoopback ? 'loopback' : spec.kind,
    mtu: link.mtu,
    flags: flagsOf(link, isLoopback),
    up,
    operState: up ? 'up' : 'down',
  };
  if (link.mac !== undefined) shown.mac = link.mac;
  const master = link.master === undefined ? undefined : stack.links.get(link.master);
  if (master !== undefined) shown.master = master.name;
  const parent = parentOf(stack, link);
  if (parent !== undefined) shown.parent = parent;
  if (spec.kind === 'vlan') shown.vlanId = spec.vlanId;
  if (link.alias !== '') shown.alias = link.alias;
  if (link.bridge !== undefined) shown.bridge = { ...link.bridge };
  if (spec.kind === 'tap') {
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

function flagsOf({ up, promiscuous, allMulticast }: MemoryLink, isLoopback: boolean): Set<LinkFlag> {
  const flags: [LinkFlag, boolean][] = [
    ['up', up],
    ['running', up],
    ['broadcast', !isLoopback],
    ['multicast', !isLoopback],
    ['loopback', isLoopback],
    ['promiscuous', promiscuous],
    ['allmulticast', allMulticast],
  ];
  return new Set(flags.filter(([, has]) => has).map(([flag]) => flag));
}
