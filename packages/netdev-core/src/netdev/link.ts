import type { InterfaceName, IpAddress, MacAddress } from '../values/index.js';
import type { MacvlanMode, PortSettings, VlanProtocol, VxlanDontFragment } from './link-spec.js';

/** The kinds of link that netdev makes. A host has others (`physical`, and names of the platform's own). */
export type LinkKind =
  | 'bridge'
  | 'tap'
  | 'tun'
  | 'veth'
  | 'vlan'
  | 'vxlan'
  | 'macvlan'
  | 'macvtap'
  | 'dummy'
  | 'ifb';

export type LinkFlag =
  | 'up'
  | 'running'
  | 'broadcast'
  | 'loopback'
  | 'point-to-point'
  | 'noarp'
  | 'promiscuous'
  | 'allmulticast'
  | 'multicast';

/** A network device as the platform shows it. */
export interface Link {
  /** The kernel's number for it, unique in its namespace. */
  index: number;
  name: InterfaceName;
  /** `physical` and `loopback` for what nobody created; else a {@link LinkKind} or the platform's own word. */
  kind: LinkKind | 'physical' | 'loopback' | (string & {});
  /** Absent for devices without a 48-bit hardware address. */
  mac?: MacAddress;
  /** In bytes. */
  mtu: number;
  flags: ReadonlySet<LinkFlag>;
  /** Whether it is administratively up. */
  up: boolean;
  /** The platform's own word for the operational state: `up`, `down`, `lowerlayerdown`, `unknown`. */
  operState: string;
  /** The bridge (or bond) that this device is a port of. */
  master?: InterfaceName;
  /** Only for a port of a bridge. */
  port?: PortDetail;
  /** The other end of a veth pair where it is in this namespace, the parent of a vlan, macvlan or vxlan. */
  parent?: InterfaceName;
  vlanId?: number;
  /** Of a vlan; absent where all are of `802.1q`. */
  vlanProtocol?: VlanProtocol;
  vxlan?: VxlanDetail;
  /** Of a macvlan and of a macvtap. */
  macvlan?: MacvlanDetail;
  alias?: string;
  /** What else it is known by, in the order in which it was given. Absent where there is nothing. */
  altNames?: readonly string[];
  bridge?: BridgeDetail;
  /** Of a tap and of a tun. */
  tap?: TapDetail;
  statistics?: LinkStatistics;
}

export interface BridgeDetail {
  /** Seconds. */
  forwardDelay: number;
  stp: boolean;
  /** Seconds that a learned address is kept. */
  ageingTime: number;
  vlanFiltering: boolean;
  /** For the spanning tree: the lowest becomes its root. */
  priority: number;
  /** Seconds between two messages of the root, and that one holds. */
  helloTime: number;
  maxAge: number;
  /** Which frames to 01:80:c2:00:00:0n are forwarded, by bit n. Absent where none can be. */
  groupForwardMask?: number;
  /** Whether multicast goes only where somebody asked for it. Absent where it always goes everywhere. */
  multicastSnooping?: boolean;
  /** Whether it asks who wants which multicast. Absent where it always goes everywhere. */
  multicastQuerier?: boolean;
  /** Absent, like the next, where bridges know no VLANs. */
  vlanProtocol?: VlanProtocol;
  /** The VLAN that itself and each new port is in, without tags; 0: none. */
  vlanDefaultPvid?: number;
}

/** What every platform tells of a port. */
type EveryPort = 'hairpin' | 'isolated' | 'learning' | 'flood';

/** How a link is as a port. What a platform's bridges know nothing of is absent. */
export type PortDetail = Required<Pick<PortSettings, EveryPort>> & Omit<PortSettings, EveryPort>;

export interface TapDetail {
  multiQueue: boolean;
  persistent: boolean;
  /** User and group ids that may open it without a privilege. */
  owner?: number;
  group?: number;
}

export interface VxlanDetail {
  vni: number;
  local?: IpAddress;
  remote?: IpAddress;
  group?: IpAddress;
  port: number;
  learnRemotes: boolean;
  /** 0: as many as the host's other packets. */
  ttl: number;
  tos: number;
  /** Seconds that a learned address is kept. */
  ageingTime: number;
  udpChecksum: boolean;
  /** Absent where they are those of the host's other connections. */
  sourcePorts?: { first: number; last: number };
  dontFragment: VxlanDontFragment;
  /** 0: none. */
  flowLabel: number;
  proxy: boolean;
  routeShortCircuit: boolean;
  l2Miss: boolean;
  l3Miss: boolean;
  groupPolicy: boolean;
  ttlInherit: boolean;
  external: boolean;
  /** Absent where as many addresses are learned as there are. */
  maxAddresses?: number;
}

export interface MacvlanDetail {
  mode: MacvlanMode;
  /** In mode `source`, in the order of their bytes. */
  sources?: readonly MacAddress[];
  /** In mode `passthru`. */
  nopromisc?: boolean;
}

/** Counted since the device was made, in 64 bits. */
export interface LinkStatistics {
  rxBytes: bigint;
  txBytes: bigint;
  rxPackets: bigint;
  txPackets: bigint;
  rxErrors: bigint;
  txErrors: bigint;
  rxDropped: bigint;
  txDropped: bigint;
}

/** Narrows {@link NetDevDriver.listLinks}; every field given has to hold. */
export interface LinkFilter {
  kind?: Link['kind'];
  /** The ports of this bridge. */
  master?: string;
}
