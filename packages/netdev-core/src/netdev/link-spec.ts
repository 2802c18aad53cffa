import type { NamespaceRef } from './namespace.js';

/**
 * Whether the multicast of others goes to a port: `automatic`, where a router's messages were heard (RFC 4541, 2.1.1), or
 * whatever was heard.
 */
export type MulticastRouter = 'never' | 'automatic' | 'always';

/** What a link can be given as a port of a bridge (bridge(8), `bridge link set`). For a link that is none it is refused. */
export interface PortSettings {
  /**
   * Whether a frame may leave by the port that it came in by. A guest reaches
   * its own floating address only so where bridged packets are translated (br_netfilter on Linux).
   */
  hairpin?: boolean;
  /** Whether frames to and from other isolated ports of the bridge are dropped. */
  isolated?: boolean;
  /** Whether the bridge learns which addresses are behind it. */
  learning?: boolean;
  /** Whether frames for a single address that the bridge does not know leave by it. */
  flood?: boolean;
  /** Whether multicast that nobody is known to have asked for leaves by it. */
  multicastFlood?: boolean;
  /** Whether frames for everybody leave by it. */
  broadcastFlood?: boolean;
  /** Whether multicast goes to each host that asked for it, as a frame for that one. Needs multicast snooping. */
  multicastToUnicast?: boolean;
  multicastRouter?: MulticastRouter;
  /** Whether multicast ends at once when a host says that it leaves the group. Needs multicast snooping. */
  fastLeave?: boolean;
  /** Whether the bridge answers for neighbours that it knows, in place of sending the question (ARP, RFC 4861) on by it. */
  neighbourSuppression?: boolean;
  /** Whether the bridge answers questions that come in by it (ARP) for neighbours that this host knows elsewhere. */
  proxyArp?: boolean;
  /** Whether frames are taken only from addresses in the forwarding database. Linux 5.18 and newer. */
  locked?: boolean;
  /** Whether a message of the spanning tree (BPDU) that comes in by it disables the port. */
  bpduGuard?: boolean;
  /** Whether the port may not become the one that leads to the root of the spanning tree. */
  rootBlock?: boolean;
  /** For the spanning tree, 1 to 65535; until it is given, it goes by the speed of the link. */
  portCost?: number;
  /** For the spanning tree, 0 to 63: of two ports the lower is taken. */
  portPriority?: number;
}

/** What any device can be given, at creation or later. Left out means left as it is. */
export interface LinkSettings extends PortSettings {
  up?: boolean;
  /** In bytes, 68 to 65536. */
  mtu?: number;
  /** A unicast MAC address. */
  mac?: string;
  /** The bridge that it is to be a port of; `null` takes it out of the one it is in. */
  master?: string | null;
  promiscuous?: boolean;
  allMulticast?: boolean;
  /** A free text for people, up to 255 bytes of printable characters; `''` removes it. */
  alias?: string;
  /**
   * Other names that it is known by as well, each 1 to 127 characters long. Those that it has besides stay: a host gives its links
   * some of its own (systemd.link(5), AlternativeNamesPolicy).
   */
  altNames?: readonly string[];
}

interface NewLink extends LinkSettings {
  name: string;
}

/** The tags of VLANs: IEEE 802.1Q, and 802.1ad, whose type of frame is another. */
export type VlanProtocol = '802.1q' | '802.1ad';

/** What a bridge can be given for itself. */
export interface BridgeSettings {
  /** Seconds, 0 to 30. On Linux 0 lets a port forward at once. */
  forwardDelay?: number;
  stp?: boolean;
  /** For the spanning tree (IEEE 802.1D), 0 to 65535: the bridge with the lowest becomes its root. */
  priority?: number;
  /** Seconds between two messages of the root, 1 to 10. */
  helloTime?: number;
  /** Seconds that a message of the root holds, 6 to 40. */
  maxAge?: number;
  /** Seconds; 0 forgets an address at once, so that every frame is flooded. */
  ageingTime?: number;
  /**
   * Whether multicast goes only where somebody asked for it (IGMP and MLD snooping, RFC 4541). `true` is
   * refused where it always goes everywhere.
   */
  multicastSnooping?: boolean;
  /** Whether it asks who wants which multicast, where no router does (RFC 4541, 2.1.1); `true` is refused like that of snooping. */
  multicastQuerier?: boolean;
  /** Whether a frame is taken and sent only by ports that are in its VLAN (IEEE 802.1Q). */
  vlanFiltering?: boolean;
  /** The tags of its VLANs: those of customers (IEEE 802.1Q), or of providers around them (802.1ad). */
  vlanProtocol?: VlanProtocol;
  /** The VLAN, 1 to 4094, that itself and each new port is in, without tags; 0: none. It is 1 unless told otherwise. */
  vlanDefaultPvid?: number;
  /**
   * Which frames to the group addresses 01:80:c2:00:00:00 to 0f are forwarded, that a bridge else keeps for itself: bit n is for
   * the one that ends in n, 0x4000 lets LLDP through. The three lowest bits, spanning tree and the links' own, stay 0.
   */
  groupForwardMask?: number;
}

export interface BridgeSpec extends NewLink, BridgeSettings {
  kind: 'bridge';
}

/** A tap device that stays when no process has it open. */
export interface TapSpec extends NewLink {
  kind: 'tap';
  /** Whether several descriptors may each carry a queue (linux/if_tun.h, IFF_MULTI_QUEUE). */
  multiQueue?: boolean;
  /** User id that may open it without a privilege. */
  owner?: number;
  group?: number;
}

/** What can be changed on a tap or tun that is there. Who may open it can become somebody else, not nobody. */
export type TapChanges = Pick<TapSpec, 'owner' | 'group'>;

/** Two devices joined by a wire. */
export interface VethSpec extends NewLink {
  kind: 'veth';
  peer: {
    name: string;
    mac?: string;
    mtu?: number;
    up?: boolean;
    /** Where the peer is to live; left out: here. */
    namespace?: NamespaceRef;
  };
}

export interface VlanSpec extends NewLink {
  kind: 'vlan';
  parent: string;
  /** 1 to 4094, or 0 for frames that are tagged with a priority alone (IEEE 802.1Q). */
  vlanId: number;
  /** The tags: those of customers, or of providers around them; left out: `802.1q`. */
  vlanProtocol?: VlanProtocol;
}

export interface DummySpec extends NewLink {
  kind: 'dummy';
}

/** A device that carries IP packets, without frames or a MAC address, and stays when no process has it open. */
export interface TunSpec extends NewLink, Pick<TapSpec, 'multiQueue' | 'owner' | 'group'> {
  kind: 'tun';
  mac?: never;
  master?: never;
}

/** Frames of one network carried in UDP to other hosts (RFC 7348). */
export interface VxlanSpec extends NewLink {
  kind: 'vxlan';
  /** The VXLAN network identifier, 0 to 16777215; 0 where it is `external`. */
  vni: number;
  /**
   * Whether network and hosts come with each packet, from routes and filters with tunnel metadata (ip-route(8), `encap ip`), and not from
   * here; left out: no.
   */
  external?: boolean;
  /** The address that this host sends from; left out: that of the way there. */
  local?: string;
  /** The one host that frames for unknown and for many addresses go to. */
  remote?: string;
  /** The multicast group that such frames go to instead; needs `parent`. */
  group?: string;
  /** The UDP port of the other hosts and of this one; left out: 4789, as registered. */
  port?: number;
  /** The link that packets leave by; left out: whichever leads there. */
  parent?: string;
  /** Whether to learn from packets which host an address is behind; left out: it is learned, but where it is `external`. */
  learnRemotes?: boolean;
  /** How many routers a packet may pass, 1 to 255; 0 or left out: as many as the host's other packets. */
  ttl?: number;
  /** Whether it is as many as what they carry may pass, in place of `ttl`; left out: no. */
  ttlInherit?: boolean;
  /** The type of service of the packets, 0 to 255; 1: that of what they carry (ip-link(8)). */
  tos?: number;
  /** Seconds that a learned address is kept, 1 or more; left out: 300. */
  ageingTime?: number;
  /** Whether packets have a checksum of UDP; left out: they have. Without over IPv6, none is asked of others either. */
  udpChecksum?: boolean;
  /** The UDP ports that packets are sent from, first and last; left out: those of the host's other connections. */
  sourcePorts?: { first: number; last: number };
  /** Whether packets over IPv4 may be taken apart on their way; `inherit`: as what they carry. Left out: `unset`, they may. */
  dontFragment?: VxlanDontFragment;
  /** Over IPv6: the flow label of the packets (RFC 6437), 0 to 1048575; 0 or left out: none. */
  flowLabel?: number;
  /** Whether questions for neighbours are answered here where this host knows them; left out: no. */
  proxy?: boolean;
  /** Whether frames to a router that this host knows go straight to where it would send them; left out: no. */
  routeShortCircuit?: boolean;
  /** Whether events tell of MAC addresses, and of neighbours (with `proxy`), that it should know and does not; left out: no. */
  l2Miss?: boolean;
  l3Miss?: boolean;
  /** Whether packets carry the mark of what they carry (VXLAN-GBP); left out: no. */
  groupPolicy?: boolean;
  /** How many addresses are learned at most, 1 or more; left out: as many as there are. */
  maxAddresses?: number;
}

/** Of the bit in an IPv4 packet that forbids to take it apart (RFC 791, 3.1). */
export type VxlanDontFragment = 'unset' | 'set' | 'inherit';

/** What can be changed on a vxlan that is there. A link or address that is left out stays as it is. */
export type VxlanChanges = Pick<
  VxlanSpec,
  | ('local' | 'remote' | 'group' | 'parent' | 'learnRemotes' | 'ttl' | 'tos' | 'ageingTime')
  | ('dontFragment' | 'flowLabel')
>;

/**
 * How devices on one parent reach each other: not at all (`private`), by a switch outside that sends
 * frames back (`vepa`), at once (`bridge`), or the parent's only one takes it over (`passthru`). `source`
 * lets in only what comes from listed addresses.
 */
export type MacvlanMode = 'private' | 'vepa' | 'bridge' | 'passthru' | 'source';

/** A further MAC address on a link, as a device of its own (`macvtap`: with a file for a guest to open). */
export interface MacvlanSpec extends NewLink {
  kind: 'macvlan' | 'macvtap';
  parent: string;
  /** Left out: `bridge`. */
  mode?: MacvlanMode;
  /** In mode `source`: the MAC addresses that frames are let in from, all of them; left out: none at its making. */
  sources?: readonly string[];
  /** In mode `passthru`: whether the parent is left to take only frames for its own address. */
  nopromisc?: boolean;
}

/** What can be changed on a macvlan or macvtap that is there; not into or out of `passthru`. */
export interface MacvlanChanges extends Pick<MacvlanSpec, 'mode' | 'sources' | 'nopromisc'> {
  /** Which of the two it is, which stays so; for who shows a change and has not got the link. */
  kind?: MacvlanSpec['kind'];
}

/** A device that other devices' incoming packets are redirected to, to be queued. */
export interface IfbSpec extends NewLink {
  kind: 'ifb';
}

/** A device to make. Which kinds a driver makes is in its capabilities. */
export type LinkSpec =
  | BridgeSpec
  | TapSpec
  | TunSpec
  | VethSpec
  | VlanSpec
  | VxlanSpec
  | MacvlanSpec
  | DummySpec
  | IfbSpec;

/** A change to a device that exists. */
export interface LinkChanges extends LinkSettings {
  /** A new name. On Linux a device that is up keeps its name unless the kernel is 6.x or newer. */
  name?: string;
  /** Other names that it shall not be known by any longer. */
  dropAltNames?: readonly string[];
  bridge?: BridgeSettings;
  vxlan?: VxlanChanges;
  /** Also of a tun. One that a program has open, and that has one queue, is refused on Linux (EBUSY, tun_set_iff). */
  tap?: TapChanges;
  /** Also of a macvtap. */
  macvlan?: MacvlanChanges;
}
