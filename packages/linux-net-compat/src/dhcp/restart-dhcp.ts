import { isNetDevError, parseInterfaceName } from 'netdev-core';
import type { FixedIp, LinuxNetContext } from '../context.js';
import { execute } from '../execute.js';
import { dhcpFile } from '../host/network-files.js';
import { checkDhcpNetwork, type DhcpNetwork } from './dhcp-network.js';
import { dnsServersOf } from './dns-servers.js';
import { dnsmasqCommand } from './dnsmasq-command.js';
import { runningDnsmasq } from './dnsmasq-process.js';
import { optionsText } from './host-texts.js';

/** dnsmasq gives up root, so its files have to be readable by everybody. */
const READABLE = 0o644;

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
  const { conf, files } = context;
  parseInterfaceName(device, 'device');
  checkDhcpNetwork(network);
  const options = optionsText(network, fixedIps, conf);
  await context.locks.hold(DNSMASQ_LOCK, async () => {
    await files.write(dhcpFile(context, device, 'opts'), options, { mode: READABLE });
    await files.setMode(dhcpFile(context, device, 'conf'), READABLE);
    await context.rules.addDhcpMangleRule(device);
    if (!(await reloaded(context, device))) {
      await execute(context, dnsmasqCommand(device, network, conf, dnsServersOf(context, network)));
    }
    await context.rules.addDnsmasqAcceptRules(device);
  });
}

/** Whether a dnsmasq that runs was told to read its files again. One that has just gone is no failure. */
async function reloaded(context: LinuxNetContext, device: string): Promise<boolean> {
  const pid = await runningDnsmasq(context, device);
  if (pid === null) return false;
  try {
    await execute(context, ['kill', '-HUP', String(pid)]);
    return true;
  } catch (error) {
    if (isNetDevError(error)) return false;
    throw error;
  }
}
