import type { LinuxNetContext } from '../context.js';

/** Whether there is a device of this name. */
export async function deviceExists(
  { netdev }: Pick<LinuxNetContext, 'netdev'>,
  device: string,
): Promise<boolean> {
  const driver = await netdev();
  return driver.linkExists(device);
}
