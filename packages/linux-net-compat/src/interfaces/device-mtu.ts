import { parseInterfaceName } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { bypassesFakeNetwork } from './fake-network.js';
import { unlessRefused } from './unless-refused.js';

/**
 * Gives a device its MTU: what the caller says, or the `network_device_mtu`; 0 counts as none.
 *
 * @throws DeviceNotFoundError, PlatformError when the kernel refuses it, unless the faults are kept
 */
export async function setDeviceMtu(
  context: Pick<LinuxNetContext, 'conf' | 'faults' | 'netdev'>,
  device: string,
  mtu: number | null = null,
): Promise<void> {
  parseInterfaceName(device, 'device');
  const wanted = mtu || context.conf.network_device_mtu;
  if (!wanted || !bypassesFakeNetwork(context)) return;
  const driver = await context.netdev();
  await unlessRefused(context, () => driver.updateLink(device, { mtu: wanted }));
}
