import { type OriginalRadvd, originalRadvd, radvdConfig, radvdFile } from 'dhcp-dnsmasq/original';
import { InvalidArgumentError, parseCidr, parseInterfaceName } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { executingRunner } from '../execute.js';

/** Two starts at a time would both find the same one that runs. */
const LOCK = 'radvd_start';

/** A network as callers of the original name it: what router advertisements need of it. */
export interface RaNetwork {
  readonly cidr_v6?: string | null;
}

type RaContext = Pick<LinuxNetContext, 'conf' | 'files' | 'runner' | 'sleep' | 'faults'>;

/**
 * The pid that a device's radvd wrote down; `null` without one.
 *
 * @throws InvalidArgumentError with `faults: 'keep'`, for a file that holds no number
 */
export async function raPidFor(context: RaContext, device: string): Promise<number | null> {
  const pid = await radvdOf(context, device).notedPid();
  if (pid === null && context.faults === 'keep') {
    const path = radvdFile(context.conf.networks_path, device, 'pid');
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
  const radvd = radvdOf(context, device);
  const configuration = radvdConfig(device, prefixOf(network, context));
  const isReal = !context.conf.fake_network && !context.runner.dryRun;
  await context.locks.hold(LOCK, async () => {
    await radvd.writeConfig(configuration);
    const pid = await raPidFor(context, device);
    const awaits = context.faults === 'mend' && isReal ? 'its end' : 'nothing';
    if (pid) await radvd.end(pid, { awaits });
    await radvd.start();
  });
}

function radvdOf(context: RaContext, device: string): OriginalRadvd {
  const { conf, files, sleep } = context;
  const place = { files, runner: executingRunner(context), directory: conf.networks_path };
  return originalRadvd(place, device, sleep);
}

/** The original wrote down what it was given, also where that was nothing. */
function prefixOf({ cidr_v6 }: RaNetwork, { faults }: Pick<LinuxNetContext, 'faults'>): string {
  const prefix = cidr_v6 ?? null;
  if (prefix !== null) parseCidr(prefix, 'network.cidr_v6', 'ipv6');
  else if (faults === 'mend') throw new InvalidArgumentError('network.cidr_v6', prefix, 'an IPv6 prefix');
  return prefix ?? 'None';
}
