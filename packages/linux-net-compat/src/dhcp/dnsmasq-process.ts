import { basename } from 'node:path';
import type { LinuxNetContext } from '../context.js';
import { dhcpFile } from '../host/network-files.js';
import { isPidCmdlineCorrect, readPidFile } from '../host/pid-file.js';

/** The pid that a device's dnsmasq wrote down; `null` without one. The process may be long gone. */
export async function dnsmasqPidFor(
  context: Pick<LinuxNetContext, 'conf' | 'files'>,
  device: string,
): Promise<number | null> {
  return (await readPidFile(context, dhcpFile(context, device, 'pid'))) ?? null;
}

/** The pid of a device's dnsmasq if that is what runs under it. */
export async function runningDnsmasq(
  context: Pick<LinuxNetContext, 'conf' | 'files'>,
  device: string,
): Promise<number | null> {
  const pid = await dnsmasqPidFor(context, device);
  if (!pid) return null;
  const isOurs = await isPidCmdlineCorrect(context, pid, basename(dhcpFile(context, device, 'conf')));
  return isOurs ? pid : null;
}
