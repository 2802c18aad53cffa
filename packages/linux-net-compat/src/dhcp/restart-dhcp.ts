import { parseInterfaceName } from 'netdev-core';
import type { FixedIp, LinuxNetContext } from '../context.js';
import { checkDhcpNetwork, type DhcpNetwork } from './dhcp-network.js';
import { dnsServersOf } from './dns-servers.js';
import { optionsOf } from './host-texts.js';
import { dnsmasqOf, serverOf } from './original-server.js';

/** Two starts at a time would both find none that runs. */
export const DNSMASQ_LOCK = 'dnsmasq_start';

/**
 * Makes a device's dnsmasq serve what its files say now: one that runs is told to read them again
 * (SIGHUP), otherwise one is started. The hosts file has to be there.
 *
 * @throws InvalidArgumentError before anything changed; CommandError when dnsmasq does not start
 */
export async function restartDhcp(
  context: LinuxNetContext,
  device: string,
  network: DhcpNetwork,
  fixedIps: readonly FixedIp[],
): Promise<void> {
  parseInterfaceName(device, 'device');
  checkDhcpNetwork(network);
  const options = optionsOf(network, fixedIps, context.conf);
  const dnsmasq = dnsmasqOf(context, device);
  await context.locks.hold(DNSMASQ_LOCK, async () => {
    await dnsmasq.writeOptions(options);
    await context.rules.addDhcpMangleRule(device);
    await dnsmasq.serve(() => serverOf(context, device, network, dnsServersOf(context, network)));
    await context.rules.addDnsmasqAcceptRules(device);
  });
}
