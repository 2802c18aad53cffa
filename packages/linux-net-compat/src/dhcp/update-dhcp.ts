import { parseInterfaceName } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import type { DhcpNetwork } from './dhcp-network.js';
import { hostsOf, leasesOf, namesOf } from './host-texts.js';
import { allFixedIps, servedFixedIps } from './network-fixed-ips.js';
import { dnsmasqOf } from './original-server.js';
import { restartDhcp } from './restart-dhcp.js';

/** The lease file's text for what guests of the network hold now. */
export async function getDhcpLeases(context: LinuxNetContext, network: DhcpNetwork): Promise<string> {
  return leasesOf(await servedFixedIps(context, network), context.conf, context.now());
}

/** The names file's text for the guests of the network, on all hosts. */
export async function getDnsHosts(context: LinuxNetContext, network: DhcpNetwork): Promise<string> {
  return namesOf(await allFixedIps(context, network), context.conf);
}

/** Replaces a device's hosts file. It takes effect with the next {@link restartDhcp}. */
export async function updateDhcpHostfileWithText(
  context: Pick<LinuxNetContext, 'conf' | 'files' | 'runner'>,
  device: string,
  text: string,
): Promise<void> {
  parseInterfaceName(device, 'device');
  await dnsmasqOf(context, device).writeHosts(text);
}

/** Brings a device's DHCP server to the fixed addresses of now. */
export async function updateDhcp(
  context: LinuxNetContext,
  device: string,
  network: DhcpNetwork,
): Promise<void> {
  const fixedIps = await servedFixedIps(context, network);
  await updateDhcpHostfileWithText(context, device, hostsOf(fixedIps, context.conf));
  await restartDhcp(context, device, network, fixedIps);
}

/** Brings a device's DNS names to the fixed addresses of now. */
export async function updateDns(
  context: LinuxNetContext,
  device: string,
  network: DhcpNetwork,
): Promise<void> {
  parseInterfaceName(device, 'device');
  const fixedIps = await servedFixedIps(context, network);
  const text = await getDnsHosts(context, network);
  await dnsmasqOf(context, device).writeNames(text);
  await restartDhcp(context, device, network, fixedIps);
}
