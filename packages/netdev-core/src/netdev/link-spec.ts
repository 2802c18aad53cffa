import type { NamespaceRef } from './namespace.js';

/** What any device can be given, at creation or later. Left out means left as it is. */
export interface LinkSettings {
  up?: boolean;
  /** In bytes, 68 to 65536. */
  mtu?: number;
  /** A unicast MAC address. */
  mac?: string;
  /** The bridge that it is to be a port of; `null` takes it out of the one it is in. */
  master?: string | null;
  /**
   * For a port of a bridge: whether a frame may leave by the port that it came in by. A guest reaches
   * its own floating address only so where bridged packets are translated (br_netfilter on Linux).
   */
  hairpin?: boolean;
  promiscuous?: boolean;
  allMulticast?: boolean;
  /** A free text for people, up to 255 bytes of printable characters; `''` removes it. */
  alias?: string;
}

interface NewLink extends LinkSettings {
  name: string;
}

export interface BridgeSpec extends NewLink {
  kind: 'bridge';
  /** Seconds, 0 to 30. On Linux 0 lets a port forward at once. */
  forwardDelay?: number;
  stp?: boolean;
  /** Seconds; 0 forgets an address at once, so that every frame is flooded. */
  ageingTime?: number;
  /**
   * Whether multicast goes only where somebody asked for it (IGMP and MLD snooping, RFC 4541). `true` is
   * refused where it always goes everywhere.
   */
  multicastSnooping?: boolean;
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
}

export interface DummySpec extends NewLink {
  kind: 'dummy';
}

/** A device to make. Which kinds a driver makes is in its capabilities. */
export type LinkSpec = BridgeSpec | TapSpec | VethSpec | VlanSpec | DummySpec;

/** A change to a device that exists. */
export interface LinkChanges extends LinkSettings {
  /** A new name. On Linux a device that is up keeps its name unless the kernel is 6.x or newer. */
  name?: string;
  bridge?: Pick<BridgeSpec, 'forwardDelay' | 'stp' | 'ageingTime' | 'multicastSnooping'>;
}
