/** What made an interface: a cloner, or nobody. */
export type InterfaceType = 'bridge' | 'tap' | 'epair' | 'vlan' | 'lo' | 'physical';

export interface Inet {
  family: 'inet';
  address: string;
  length: number;
}

export interface Inet6 {
  family: 'inet6';
  address: string;
  length: number;
}

/** An interface of the simulated kernel, in whichever stack it is. */
export interface NetworkInterface {
  name: string;
  readonly type: InterfaceType;
  /** The name that it was made with, which its device node keeps. */
  readonly automaticName: string;
  /** Its number in the stack that it is in. */
  index: number;
  /** The groups that it is in, that of its type first: what a rule of pf may name. */
  groups: string[];
  addresses: (Inet | Inet6)[];
}
