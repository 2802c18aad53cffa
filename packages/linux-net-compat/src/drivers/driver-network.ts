import {
  InvalidArgumentError,
  type IpAddress,
  parseInterfaceName,
  parseIpAddress,
  parseVlanId,
} from 'netdev-core';

/** A network as callers of the original name it: what the interface drivers read of it. */
export interface DriverNetwork {
  /** The Open vSwitch and Neutron drivers name their devices after it. */
  readonly uuid?: string;
  /** The bridge of the Linux bridge driver. */
  readonly bridge?: string;
  /** The bridge's way out, or what its VLAN rides on, where `flat_interface` or `vlan_interface` is not set. */
  readonly bridge_interface?: string | null;
  /** 0 to 4094; `null` or left out: a flat network. */
  readonly vlan?: number | null;
  /** In bytes. */
  readonly mtu?: number | null;
  /** Whether all hosts serve the network from one address. */
  readonly share_address?: boolean;
  readonly dhcp_server?: string;
  /** With its prefix length. */
  readonly cidr?: string;
}

/** The bridge of a network. @throws InvalidArgumentError */
export function bridgeOf({ bridge }: DriverNetwork): string {
  return parseInterfaceName(bridge, 'network.bridge');
}

/** The VLAN of a network, `undefined` for a flat one. @throws InvalidArgumentError */
export function vlanOf({ vlan }: DriverNetwork): number | undefined {
  if (vlan === null || vlan === undefined) return undefined;
  return parseVlanId(vlan, 'network.vlan');
}

/** The address from which a network is served. @throws InvalidArgumentError */
export function dhcpServerOf({ dhcp_server: server }: DriverNetwork): IpAddress {
  return parseIpAddress(server, 'network.dhcp_server', 'ipv4');
}

/** A device's name from a prefix and the first 11 characters of the network's id. @throws InvalidArgumentError */
export function deviceOf({ uuid }: DriverNetwork, prefix: string): string {
  if (typeof uuid !== 'string' || uuid === '')
    throw new InvalidArgumentError('network.uuid', uuid, 'an identifier');
  return parseInterfaceName(`${prefix}${uuid.slice(0, 11)}`, 'network.uuid');
}
