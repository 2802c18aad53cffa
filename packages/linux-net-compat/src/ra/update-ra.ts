import { InvalidArgumentError, isNetDevError, parseInterfaceName } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { execute } from '../execute.js';
import { raFile } from '../host/network-files.js';
import { isPidCmdlineCorrect, readPidFile } from '../host/pid-file.js';
import { radvdConfig } from './radvd-config.js';

/** radvd refuses a configuration that others may write (radvd.conf(5)). */
const READABLE = 0o644;

/** Two starts at a time would both find the same one that runs. */
const LOCK = 'radvd_start';

/** How long the one that runs may take to end, and how often that is looked at. */
const END_MS = 5_000;
const POLL_MS = 20;

/** A network as callers of the original name it: what router advertisements need of it. */
export interface RaNetwork {
  readonly cidr_v6?: string | null;
}

/**
 * The pid that a device's radvd wrote down; `null` without one.
 *
 * @throws InvalidArgumentError with `faults: 'keep'`, for a file that holds no number
 */
export async function raPidFor(
  context: Pick<LinuxNetContext, 'conf' | 'files' | 'faults'>,
  device: string,
): Promise<number | null> {
  const path = raFile(context, device, 'pid');
  const pid = await readPidFile(context, path);
  if (pid === null && context.faults === 'keep') {
    throw new InvalidArgumentError(path, await context.files.read(path), 'a pid');
  }
  return pid ?? null;
}

/**
 * Advertises a network's prefix on a device: writes the configuration and starts radvd, ending the one
 * that runs first.
 *
 * @throws InvalidArgumentError; CommandError when radvd does not start
 */
export async function updateRa(context: LinuxNetContext, device: string, network: RaNetwork): Promise<void> {
  parseInterfaceName(device, 'device');
  const path = raFile(context, device, 'conf');
  const configuration = radvdConfig(device, network.cidr_v6, context.faults);
  await context.locks.hold(LOCK, async () => {
    await context.files.write(path, configuration, { mode: READABLE });
    await endRunning(context, device, path);
    await execute(context, ['radvd', '-C', path, '-p', raFile(context, device, 'pid')]);
  });
}

/** One that has just gone by itself is no failure. */
async function endRunning(context: LinuxNetContext, device: string, configuration: string): Promise<void> {
  const pid = await raPidFor(context, device);
  if (!pid || !(await isPidCmdlineCorrect(context, pid, configuration))) return;
  try {
    await execute(context, ['kill', String(pid)]);
    if (context.faults === 'mend') await untilEnded(context, pid, configuration);
  } catch (error) {
    if (!isNetDevError(error)) throw error;
  }
}

/** It takes leave of the guests before it ends, and a next one gives up as long as it has the pid file. */
async function untilEnded(context: LinuxNetContext, pid: number, configuration: string): Promise<void> {
  if (context.conf.fake_network || context.runner.dryRun) return;
  for (let waited = 0; waited < END_MS; waited += POLL_MS) {
    if (!(await isPidCmdlineCorrect(context, pid, configuration))) return;
    await context.sleep(POLL_MS);
  }
}
