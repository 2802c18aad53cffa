import type { InterfaceName, MacAddress, PciAddress } from '../values/index.js';

/** One of the devices that a network card splits into (SR-IOV), as it is found by its place on the bus. */
export interface VirtualFunction {
  pciAddress: PciAddress;
  /** Its own network device; absent while a guest has it, or no driver of this host. */
  link?: InterfaceName;
  /** The network device of the card itself, the physical function. */
  parent: InterfaceName;
  /** Its number on the card, from 0. */
  index: number;
}

/** Whether a virtual function has a link: as its card does, always, or never. */
export type VirtualFunctionLinkState = 'auto' | 'enable' | 'disable';

/** How a card treats one of its virtual functions. What a card does not tell is absent. */
export interface VirtualFunctionState {
  index: number;
  /** The address that the card holds for it; all zeros where none was given. */
  mac?: MacAddress;
  /** The VLAN that its frames are put into; 0: none. */
  vlanId?: number;
  /** Whether it may change its address, or become promiscuous. */
  trust?: boolean;
  /** Whether frames that do not come from its own address are dropped. */
  spoofCheck?: boolean;
  linkState?: VirtualFunctionLinkState;
}

/** What can be changed of a virtual function. */
export interface VirtualFunctionChanges {
  mac?: string;
  /** 0 to 4094; 0: none. */
  vlanId?: number;
  trust?: boolean;
  spoofCheck?: boolean;
  linkState?: VirtualFunctionLinkState;
}
