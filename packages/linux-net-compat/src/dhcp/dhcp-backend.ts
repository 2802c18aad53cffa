import type { FixedIp } from '../context.js';
import type { DhcpNetwork } from './dhcp-network.js';

/**
 * What the functions of the module want of a DHCP server. One way is dnsmasq with the original's files and
 * command lines to the letter, the other the DHCP contract, for any other server.
 */
export interface DhcpBackend {
  /** The leases of a network as the text of a lease file. */
  getDhcpLeases(network: DhcpNetwork): Promise<string>;
  /** The pid that the device's server has, or wrote down; `null` without one. */
  dnsmasqPidFor(device: string): Promise<number | null>;
  /** @throws NetworkDhcpReleaseFailed */
  releaseDhcp(device: string, address: string, mac: string): Promise<void>;
  updateDhcp(device: string, network: DhcpNetwork): Promise<void>;
  updateDns(device: string, network: DhcpNetwork): Promise<void>;
  /** @throws UnsupportedError with a server that does not read dnsmasq's text */
  updateDhcpHostfileWithText(device: string, text: string): Promise<void>;
  killDhcp(device: string): Promise<void>;
  restartDhcp(device: string, network: DhcpNetwork, fixedIps: readonly FixedIp[]): Promise<void>;
}
