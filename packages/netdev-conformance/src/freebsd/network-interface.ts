import type { Vnet } from './vnet.js';

/** What made an interface: a cloner, or nobody. */
export type InterfaceType = 'bridge' | 'tap' | 'epair' | 'vlan' | 'lo' | 'physical';

export interface Inet {
  family: 'inet';
  address: string;
  length: number;
  broadcast: string | undefined;
}

export interface Inet6 {
  family: 'inet6';
  address: string;
  length: number;
  tentative: boolean;
}

/** An interface that is in a bridge, and how. */
export interface BridgeMember {
  readonly member: NetworkInterface;
  learning: boolean;
  discover: boolean;
  stp: boolean;
  private: boolean;
}

export interface BridgeState {
  members: BridgeMember[];
  /** Seconds. */
  fwddelay: number;
  timeout: number;
  maxaddr: number;
}

/** An interface of the simulated kernel, in whichever stack it is. */
export interface NetworkInterface {
  name: string;
  readonly type: InterfaceType;
  /** The name that it was made with, which its device node keeps. */
  readonly automaticName: string;
  /** Its number in the stack that it is in. */
  index: number;
  /** The stack that it was made in, and goes back to. */
  readonly home: Vnet;
  /** The groups that it is in, that of its type first: what a rule of pf may name. */
  groups: string[];
  addresses: (Inet | Inet6)[];
  up: boolean;
  /** `promisc`, which a bridge does not set for its members. */
  promiscuous: boolean;
  mac: string | undefined;
  readonly originalMac: string | undefined;
  mtu: number;
  description: string | undefined;
  /** nd6 options. */
  ifDisabled: boolean;
  autoLinkLocal: boolean;
  bridge?: BridgeState;
  /** The other end of an epair. */
  peer?: NetworkInterface;
  vlan?: { parent: NetworkInterface | undefined; tag: number; proto: string };
}
