import { parseInterfaceName } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';

/**
 * Gives a device its MTU: what the caller says, or the `network_device_mtu`; 0 counts as none.
 *
 * @throws DeviceNotFoundError
 */
export async function setDeviceMtu(
  { conf, netdev }: Pick<LinuxNetContext, 'conf' | 'netdev'>,
  device: string,
  mtu: number | null = null,
): Promise<void> {
  parseInterfaceName(device, 'device');
  const wanted = mtu || conf.network_device_mtu;
  if (!wanted || conf.fake_network) return;
  const driver = await netdev();
  await driver.updateLink(device, { mtu: wanted });
}
