import type { Address, InterfaceName, Link, LinkSpec, NetDevEvent, Route } from 'netdev-core';

/** A device as the memory host keeps it. */
export interface MemoryLink {
  index: number;
  spec: LinkSpec;
  name: InterfaceName;
  mac: Link['mac'];
  /** A bridge whose MAC address was chosen keeps it; one that was not takes its lowest port's. */
  macIsChosen: boolean;
  mtu: number;
  up: boolean;
  hairpin: boolean;
  promiscuous: boolean;
  allMulticast: boolean;
  alias: string;
  master: number | undefined;
  /** The other end of a pair, in whichever stack. */
  peer: { stack: NetworkStack; index: number } | undefined;
  bridge: Link['bridge'];
}

/** One network stack: the host's own, or a namespace. */
export interface NetworkStack {
  readonly name: string | undefined;
  readonly links: Map<number, MemoryLink>;
  addresses: Address[];
  routes: Route[];
  forwarding: { ipv4: boolean; ipv6: boolean };
  readonly listeners: Set<(event: NetDevEvent) => void>;
  nextIndex: number;
}

/** A stack as a kernel makes it: with a loopback device that is down. */
export function createNetworkStack(name?: string): NetworkStack {
  const stack: NetworkStack = {
    name,
    links: new Map(),
    addresses: [],
    routes: [],
    forwarding: { ipv4: false, ipv6: false },
    listeners: new Set(),
    nextIndex: 2,
  };
  stack.links.set(1, {
    index: 1,
    spec: { kind: 'dummy', name: 'lo' },
    name: 'lo' as InterfaceName,
    mac: '00:00:00:00:00:00' as Link['mac'] & string,
    macIsChosen: true,
    mtu: 65536,
    up: false,
    hairpin: false,
    promiscuous: false,
    allMulticast: false,
    alias: '',
    master: undefined,
    peer: undefined,
    bridge: undefined,
  });
  return stack;
}

export function findByName(stack: NetworkStack, name: string): MemoryLink | undefined {
  return [...stack.links.values()].find((link) => link.name === name);
}

export function tell(stack: NetworkStack, event: NetDevEvent): void {
  for (const listener of stack.listeners) listener(event);
}
