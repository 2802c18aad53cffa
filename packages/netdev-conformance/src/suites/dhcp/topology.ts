/** The devices that servers listen on. */
export type DhcpDevice = 'dhcp0' | 'dhcp1';

/** What a device carries, and the subnet that is served there. */
export interface DhcpPlace {
  address: string;
  /** Only where the driver serves IPv6. */
  address6?: string;
  network: string;
  server: string;
}

/** The devices that have to be there, up and with these addresses. */
export const dhcpTopology: Readonly<Record<DhcpDevice, DhcpPlace>> = {
  dhcp0: {
    address: '10.66.0.1/24',
    address6: 'fd66::1/64',
    network: '10.66.0.0/24',
    server: '10.66.0.1',
  },
  dhcp1: { address: '10.66.1.1/24', network: '10.66.1.0/24', server: '10.66.1.1' },
};

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
