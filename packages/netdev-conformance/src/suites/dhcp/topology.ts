/** The devices that have to be there, up and with these addresses; the IPv6 one where the driver serves IPv6. */
export const dhcpTopology = {
  dhcp0: { address: '10.66.0.1/24', address6: 'fd66::1/64', network: '10.66.0.0/24', server: '10.66.0.1' },
  dhcp1: { address: '10.66.1.1/24', address6: undefined, network: '10.66.1.0/24', server: '10.66.1.1' },
} as const;

export type DhcpDevice = keyof typeof dhcpTopology;

/** What a server tells a client. */
export interface DhcpAnswer {
  address: string;
  gateway?: string;
  dnsServers: readonly string[];
  domain?: string;
  mtu?: number;
  /** Seconds. */
  leaseTime: number;
}

/** A guest on one of the devices. */
export interface DhcpClient {
  /** Asks for an address, and keeps it; `undefined`: no answer. */
  request(device: DhcpDevice, mac: string, hostname?: string): Promise<DhcpAnswer | undefined>;
  /** Asks the server on a device for the address of a name; `undefined`: there is no such name. */
  resolve(device: DhcpDevice, name: string): Promise<string | undefined>;
}
