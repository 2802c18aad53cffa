import type { NeighbourEntry } from './neighbours.js';
import type { NetworkInterface } from './network-interface.js';
import type { StaticRoute } from './routing-table.js';

/** A network stack of the simulated kernel: the host's own, or that of a vnet jail. */
export interface Vnet {
  /** The name of its jail; `undefined`: the host. */
  readonly jail: string | undefined;
  /** In the kernel's order. */
  interfaces: NetworkInterface[];
  routes: StaticRoute[];
  /** Those that were set. */
  neighbours: NeighbourEntry[];
  readonly sysctls: Map<string, number>;
  /** Told of each message on the routing socket, whose text nobody reads. */
  readonly monitors: Set<() => void>;
}

/** The settings of each stack, with their defaults. */
const sysctls: readonly [name: string, value: number][] = [
  ['net.inet.ip.forwarding', 0],
  ['net.inet6.ip6.forwarding', 0],
  ['net.link.bridge.inherit_mac', 0],
  ['net.link.bridge.allow_llz_overlap', 0],
  // As in sys/net/if_bridge.c of about 2020; a caller does not rely on them.
  ['net.link.bridge.pfil_member', 1],
  ['net.link.bridge.pfil_bridge', 1],
  ['net.link.bridge.pfil_onlyip', 1],
  ['net.link.bridge.pfil_local_phys', 0],
  ['net.link.ether.inet.garp_rexmit_count', 0],
];

/** A stack with a loopback interface that is down. */
export function createVnet(jail: string | undefined): Vnet {
  const vnet: Vnet = {
    jail,
    interfaces: [],
    routes: [],
    neighbours: [],
    sysctls: new Map(sysctls),
    monitors: new Set(),
  };
  vnet.interfaces.push({
    name: 'lo0',
    type: 'lo',
    automaticName: 'lo0',
    index: 1,
    home: vnet,
    groups: ['lo'],
    addresses: [],
    up: false,
    promiscuous: false,
    mac: undefined,
    originalMac: undefined,
    mtu: 16384,
    description: undefined,
    ifDisabled: false,
    autoLinkLocal: true,
  });
  return vnet;
}

export function findInterface(vnet: Vnet, name: string): NetworkInterface | undefined {
  return vnet.interfaces.find((one) => one.name === name);
}

/** The lowest number that no interface of the stack has. */
export function freeIndex(vnet: Vnet): number {
  const taken = new Set(vnet.interfaces.map(({ index }) => index));
  let index = 1;
  while (taken.has(index)) index += 1;
  return index;
}

/** Something changed that the routing socket tells of. */
export function tell(vnet: Vnet): void {
  for (const listener of [...vnet.monitors]) listener();
}

/** The bridge that an interface is in. */
export function bridgeOf(vnet: Vnet, member: NetworkInterface): NetworkInterface | undefined {
  return vnet.interfaces.find(({ bridge }) => bridge?.members.some((one) => one.member === member));
}
