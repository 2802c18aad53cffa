import type { LinuxNetContext } from '../context.js';
import { bypassesFakeNetwork } from './fake-network.js';
import { makeLink } from './make-link.js';

/** How a tap is meant. */
export interface TapOptions {
  /** Whether several descriptors may each carry a queue. Left out: no. */
  multiqueue?: boolean;
}

/**
 * Makes a tap device that is up. One that is there stays as it is.
 *
 * @throws InvalidArgumentError for a name or MAC address that is none
 */
export async function createTapDev(
  context: LinuxNetContext,
  device: string,
  mac: string | null = null,
  { multiqueue = false }: TapOptions = {},
): Promise<void> {
  if (!bypassesFakeNetwork(context)) return;
  const driver = await context.netdev();
  if (await driver.linkExists(device)) return;
  await makeLink(context, {
    kind: 'tap',
    name: device,
    up: true,
    multiQueue: multiqueue,
    ...(mac ? { mac } : {}),
  });
}
