import { basename } from 'node:path';
import {
  type InterfaceName,
  InvalidArgumentError,
  type MacAddress,
  parseInterfaceName,
  parseUnicastMac,
} from 'netdev-core';

/** The ways of plugging a guest's interface that are known here. */
export type VifType = 'bridge' | 'ovs' | 'ivs' | 'tap' | 'vhostuser' | 'hw_veb' | 'hostdev';

/** A guest's interface as callers of the original name it (nova.network.model.VIF): what is read of it. */
export interface Vif {
  readonly type: VifType;
  /** Devices are named after its first 11 characters. */
  readonly id: string;
  /** The guest's MAC address. */
  readonly address: string;
  /** The guest's device on the host. Left out: `nic` and the beginning of the id. */
  readonly devname?: string | null;
  /** By which the controller of a virtual switch finds the interface. Left out: the id. */
  readonly ovs_interfaceid?: string | null;
  readonly network?: VifNetwork;
  readonly details?: VifDetails;
  /** How the guest gets a virtual function of a network card, for `hw_veb`: by a macvtap on it, or itself. */
  readonly vnic_type?: 'macvtap' | 'direct' | (string & {});
  readonly profile?: {
    /** The PCI address of the virtual function: `0000:04:10.1`. */
    readonly pci_slot?: string;
    /** Whether a guest that gets the function itself may change its address, or become promiscuous. */
    readonly trusted?: boolean | string;
  };
}

export interface VifNetwork {
  /** For `bridge`, `ovs` and `vhostuser`. */
  readonly bridge?: string | null;
  readonly meta?: {
    /** Whether every host serves the network, and so makes the bridge when it plugs the network. */
    readonly multi_host?: boolean;
    readonly should_create_bridge?: boolean;
    readonly should_create_vlan?: boolean;
    readonly vlan?: number | null;
    readonly bridge_interface?: string | null;
    /** In bytes. */
    readonly mtu?: number | null;
  };
}

export interface VifDetails {
  /** Whether Neutron filters the guest's traffic. */
  readonly port_filter?: boolean;
  /** Of a virtual function; 0 or left out: none. */
  readonly vlan?: number | string | null;
  /** Whether a bridge of its own is to sit between the guest and the virtual switch. */
  readonly ovs_hybrid_plug?: boolean;
  /** Of the host's end of a tap. */
  readonly mac_address?: string | null;
  readonly vhostuser_ovs_plug?: boolean;
  /** The path of the socket; the port is called as the file. */
  readonly vhostuser_socket?: string;
}

/** The longest name that the original gave a device: two less than the kernel would take. */
const NIC_NAME_LENGTH = 14;

/** The name of one of an interface's devices. @throws InvalidArgumentError */
export function nicName({ id }: Pick<Vif, 'id'>, prefix: 'nic' | 'qbr' | 'qvb' | 'qvo'): InterfaceName {
  if (typeof id !== 'string' || id === '') throw new InvalidArgumentError('vif.id', id, 'an identifier');
  return parseInterfaceName(`${prefix}${id}`.slice(0, NIC_NAME_LENGTH), 'vif.id');
}

/** The guest's device on the host. @throws InvalidArgumentError */
export function deviceName(vif: Vif): InterfaceName {
  return vif.devname ? parseInterfaceName(vif.devname, 'vif.devname') : nicName(vif, 'nic');
}

/** @throws InvalidArgumentError */
export function bridgeName({ network }: Vif): InterfaceName {
  return parseInterfaceName(network?.bridge, 'vif.network.bridge');
}

/** @throws InvalidArgumentError */
export function guestMac({ address }: Vif): MacAddress {
  return parseUnicastMac(address, 'vif.address');
}

/** The port of a guest that is reached through shared memory. @throws InvalidArgumentError */
export function socketPort({ details }: Vif): InterfaceName {
  const path: unknown = details?.vhostuser_socket;
  if (typeof path !== 'string')
    throw new InvalidArgumentError('vif.details.vhostuser_socket', path, 'a path');
  return parseInterfaceName(basename(path), 'vif.details.vhostuser_socket');
}
