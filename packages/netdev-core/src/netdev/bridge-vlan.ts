import type { InterfaceName } from '../values/index.js';

/**
 * One VLAN, or several next to each other that are treated alike, whose frames a port of a bridge takes
 * and sends (IEEE 802.1Q). It matters where the bridge filters VLANs, and is kept where it does not.
 */
export interface BridgeVlan {
  /** The port, or the bridge itself, for what this host sends and is sent by way of it. */
  link: InterfaceName;
  bridge: InterfaceName;
  /** The VLAN, or the first of several. */
  vlanId: number;
  /** The last of several; absent: it is one. */
  lastVlanId?: number;
  /** Whether frames that come in without a tag are in it. One VLAN of a link at most is so. */
  pvid: boolean;
  /** Whether its frames leave without a tag. */
  untagged: boolean;
}

/** Which VLANs of which link. */
export interface BridgeVlanRange {
  link: string;
  /** `link` is a bridge, and its own VLANs are meant; left out: `link` is a port. */
  self?: boolean;
  /** 1 to 4094. */
  vlanId: number;
  /** Left out: `vlanId` alone. */
  lastVlanId?: number;
}

/** VLANs that a link is to be in. */
export interface BridgeVlanSpec extends BridgeVlanRange {
  /** For one VLAN only; the link's former one is in it tagged from then on. Left out: no. */
  pvid?: boolean;
  /** Left out: no, its frames leave with a tag. */
  untagged?: boolean;
}

export interface BridgeVlanFilter {
  /** A port or a bridge. */
  link?: string;
  /** The ports of this bridge, and itself. */
  bridge?: string;
}
