import { createDryRunRunner, createMemoryFiles, createMemoryLocks } from 'netdev-exec';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createLinuxNet } from '../../src/create-linux-net.js';
import { playCall } from '../vectors/play-call.js';
import { type RecordedCommand, rerun } from '../vectors/recorded-run.js';
import type { Vector } from '../vectors/vector.js';
import type { DeviceKernel } from './device-kernel.js';

/** Two kernels, for the original's commands and for the package. */
export interface DeviceKernels {
  theirs: DeviceKernel;
  ours: DeviceKernel;
}

/**
 * Plays a vector twice in a real kernel, from the same devices: the recorded commands by iproute2, and
 * the calls by the package.
 *
 * @throws Error when the kernel does not take what was recorded
 */
export async function playDevices(
  vector: Vector,
  defaults: Record<string, unknown>,
  { theirs, ours }: DeviceKernels,
): Promise<{ theirs: object; ours: object; differences: string[] }> {
  const recorded = rerun(vector);
  for (const kernel of [theirs, ours]) await kernel.setUp(vector, recorded);
  for (const command of recorded.filter(({ byDriver }) => byDriver)) {
    const status = await theirs.perform(command.argv);
    if (!accepts(command, status)) throw new Error(`the kernel refuses ${command.argv.join(' ')}`);
  }
  const net = createLinuxNet({
    conf: { ...defaults, ...structuredClone(vector.conf) } as Partial<LinuxNetConf>,
    binaryName: vector.binary_name,
    faults: 'keep',
    netdev: ours.driver,
    runner: createDryRunRunner({ onCommand: () => {} }),
    files: createMemoryFiles(),
    locks: createMemoryLocks(),
  });
  const differences: string[] = [];
  for (const call of vector.calls) differences.push(...(await playCall(net, call, new WeakSet())));
  return { theirs: await theirs.state(recorded), ours: await ours.state(recorded), differences };
}

/** Of vectors that tell the same of devices the first. */
export function differing(vectors: readonly Vector[]): Vector[] {
  const told = new Map<string, Vector>();
  for (const vector of vectors) {
    const commands = rerun(vector).filter(({ byDriver }) => byDriver);
    const replies = vector.host.replies?.filter(({ match }) => match[0] === 'ip');
    const key = JSON.stringify([vector.host.devices, replies, commands.map(({ argv }) => argv)]);
    if (!told.has(key)) told.set(key, vector);
  }
  return [...told.values()];
}

function accepts({ check_exit_code: accepted }: RecordedCommand, status: number): boolean {
  return accepted === false || accepted.includes(status);
}
