import type { LinuxNetContext } from '../context.js';
import { execute } from '../execute.js';
import { runningDnsmasq } from './dnsmasq-process.js';

/**
 * Ends a device's dnsmasq, if it runs, and takes its rules away.
 *
 * @throws CommandError when it cannot be ended; the rules stay then
 */
export async function killDhcp(context: LinuxNetContext, device: string): Promise<void> {
  const pid = await runningDnsmasq(context, device);
  if (pid !== null) await execute(context, ['kill', '-9', String(pid)]);
  await context.rules.removeDnsmasqAcceptRules(device);
  await context.rules.removeDhcpMangleRule(device);
}
