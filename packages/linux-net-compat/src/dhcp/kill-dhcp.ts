import type { LinuxNetContext } from '../context.js';
import { dnsmasqOf } from './original-server.js';

/**
 * Ends a device's dnsmasq, if it runs, and takes its rules away.
 *
 * @throws CommandError when it cannot be ended; the rules stay then
 */
export async function killDhcp(context: LinuxNetContext, device: string): Promise<void> {
  await dnsmasqOf(context, device).end();
  await context.rules.removeDnsmasqAcceptRules(device);
  await context.rules.removeDhcpMangleRule(device);
}
