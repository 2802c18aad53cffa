import {
  isNetDevError,
  PlatformError,
  parseInterfaceName,
  parseIpAddress,
  parseMacAddress,
} from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { execute } from '../execute.js';
import { deviceExists } from '../interfaces/device-exists.js';

/** A lease could not be given back; the original's exception of this name. */
export class NetworkDhcpReleaseFailed extends PlatformError {}

/**
 * Gives a guest's lease back, so that its address can be used again (dhcp_release(1)). Without the
 * device there is nobody to tell.
 *
 * @throws NetworkDhcpReleaseFailed
 */
export async function releaseDhcp(
  context: LinuxNetContext,
  device: string,
  address: string,
  mac: string,
): Promise<void> {
  parseInterfaceName(device, 'device');
  parseIpAddress(address, 'address');
  parseMacAddress(mac, 'mac');
  if (!(await deviceExists(context, device))) return;
  const argv = ['dhcp_release', device, address, mac];
  try {
    if (context.faults === 'keep') await context.runner.run(argv);
    else await execute(context, argv);
  } catch (error) {
    const refused = isNetDevError(error, 'COMMAND_FAILED') || isNetDevError(error, 'PERMISSION_DENIED');
    if (!refused) throw error;
    throw releaseFailed(device, address, mac, error);
  }
}

export function releaseFailed(
  device: string,
  address: string,
  mac: string,
  cause: Error,
): NetworkDhcpReleaseFailed {
  return new NetworkDhcpReleaseFailed({
    operation: 'release the lease of',
    object: `${address} (${mac}) on ${device}`,
    detail: cause.message,
    cause,
  });
}
