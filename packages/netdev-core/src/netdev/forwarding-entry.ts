import type { InterfaceName, IpAddress, MacAddress } from '../values/index.js';

/** Where frames for an address go: by which port of a bridge, or to which host, for a vxlan. */
export interface ForwardingEntry {
  /** The port, or the bridge itself for an address of its own; or the vxlan. */
  link: InterfaceName;
  mac: MacAddress;
  /** `local`: an address of the bridge or its port, delivered to this host; `static`: set to stay. */
  origin: 'local' | 'static' | 'learned';
  /** The bridge whose database it is in; absent in a vxlan's. */
  bridge?: InterfaceName;
  /** Where the bridge filters VLANs. */
  vlanId?: number;
  /** The host that a vxlan sends to. */
  remote?: IpAddress;
  /** Its UDP port and its network, where they are others than the vxlan's. */
  port?: number;
  vni?: number;
}

/** An entry that stays: of a vxlan where `remote` is given, else of the bridge that `link` is a port of. */
export interface ForwardingEntrySpec {
  link: string;
  /**
   * Unicast, for a bridge. A vxlan may have several hosts for a group address, and for all zeros,
   * which stands for every address that is not listed.
   */
  mac: string;
  vlanId?: number;
  remote?: string;
  port?: number;
  vni?: number;
}

export interface ForwardingEntryFilter {
  link?: string;
  /** The database of this bridge. */
  bridge?: string;
}
