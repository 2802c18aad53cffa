import type {
  Address,
  InterfaceName,
  IpFamily,
  Link,
  LinkSpec,
  Neighbour,
  NetDevEvent,
  ParsedForwardingEntrySpec,
  Route,
  RoutingRule,
  VirtualFunctionState,
} from 'netdev-core';
import { firstVlans, type MemoryVlan } from './bridge-vlan-operations.js';

/** A device as the memory host keeps it. */
export interface MemoryLink {
  /** Changes when it moves to a stack where the number is taken. */
  index: number;
  /** What it was made from; what can be changed later is in the fields below. */
  spec: LinkSpec;
  name: InterfaceName;
  mac: Link['mac'];
  /** A bridge whose MAC address was chosen keeps it; one that was not takes its lowest port's. */
  macIsChosen: boolean;
  mtu: number;
  up: boolean;
  promiscuous: boolean;
  allMulticast: boolean;
  alias: string;
  altNames: readonly string[];
  master: number | undefined;
  /** How it is as a port of its master. */
  port: Link['port'];
  /** Of a port, and of a bridge, its VLANs by their number. */
  vlans: Map<number, MemoryVlan>;
  /** The other end of a pair, in whichever stack. */
  peer: { stack: NetworkStack; link: MemoryLink } | undefined;
  /** What a vlan rides on. */
  parent: MemoryLink | undefined;
  bridge: Link['bridge'];
  /** Of a network card, how it treats each of its virtual functions, by their number. */
  virtualFunctions: Map<number, VirtualFunctionState>;
}

/** Whatever may be renamed is kept by the number of its link. */
export interface MemoryNeighbour {
  linkIndex: number;
  neighbour: Neighbour;
}

export interface MemoryForwardingEntry {
  linkIndex: number;
  spec: ParsedForwardingEntrySpec;
}

/** One network stack: the host's own, or a namespace. */
export interface NetworkStack {
  readonly name: string | undefined;
  readonly links: Map<number, MemoryLink>;
  addresses: Address[];
  routes: Route[];
  rules: RoutingRule[];
  neighbours: MemoryNeighbour[];
  forwardingEntries: MemoryForwardingEntry[];
  readonly forwarding: Record<IpFamily, boolean>;
  readonly listeners: Set<(event: NetDevEvent) => void>;
  nextIndex: number;
}

/** The number of a stack's loopback device (LOOPBACK_IFINDEX of Linux's net/net_namespace.h). */
export const LOOPBACK_INDEX = 1;

/** A stack as a kernel makes it: with a loopback device that is down. */
export function createNetworkStack(name?: string): NetworkStack {
  const loopback: MemoryLink = {
    ...blankLink(LOOPBACK_INDEX, { kind: 'dummy', name: 'lo' }),
    mac: '00:00:00:00:00:00' as Link['mac'] & string,
    mtu: 65536,
  };
  return {
    name,
    links: new Map([[LOOPBACK_INDEX, loopback]]),
    addresses: [],
    routes: [],
    rules: [...firstRules('ipv4'), ...firstRules('ipv6')],
    neighbours: [],
    forwardingEntries: [],
    forwarding: { ipv4: false, ipv6: false },
    listeners: new Set(),
    nextIndex: LOOPBACK_INDEX + 1,
  };
}

/** The rules that Linux starts with: its own addresses, the main table and, for IPv4, the default one (ip-rule(8)). */
function firstRules(family: IpFamily): RoutingRule[] {
  const tables = { 0: 255, 32766: 254, ...(family === 'ipv4' ? { 32767: 253 } : {}) };
  return Object.entries(tables).map(([priority, table]) => ({
    ...{ family, priority: Number(priority), action: 'lookup', table, inverted: false, protocol: 'kernel' },
  }));
}

/** A device with nothing set. */
export function blankLink(index: number, spec: LinkSpec): MemoryLink {
  return {
    index,
    spec,
    name: spec.name as InterfaceName,
    mac: undefined,
    macIsChosen: false,
    mtu: 1500,
    up: false,
    promiscuous: false,
    allMulticast: false,
    alias: '',
    altNames: [],
    master: undefined,
    port: undefined,
    vlans: spec.kind === 'bridge' ? firstVlans(spec.vlanDefaultPvid) : new Map(),
    peer: undefined,
    parent: undefined,
    virtualFunctions: new Map(),
    bridge:
      spec.kind === 'bridge'
        ? {
            ...{ forwardDelay: 15, helloTime: 2, maxAge: 20, priority: 32768, stp: false, ageingTime: 300 },
            ...{ groupForwardMask: 0, multicastSnooping: true, multicastQuerier: false },
            ...{ vlanFiltering: false, vlanProtocol: '802.1q', vlanDefaultPvid: spec.vlanDefaultPvid ?? 1 },
          }
        : undefined,
  };
}

/** The link of a name, or of another name. */
export function findByName(stack: NetworkStack, name: string): MemoryLink | undefined {
  return [...stack.links.values()].find((link) => link.name === name || link.altNames.includes(name));
}

export function tell(stack: NetworkStack, event: NetDevEvent): void {
  for (const listener of stack.listeners) listener(event);
}
