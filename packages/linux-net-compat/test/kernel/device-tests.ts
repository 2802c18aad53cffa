import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Vector } from '../vectors/vector.js';
import { readVectorFolder } from '../vectors/vector-files.js';
import { createDeviceKernel } from './device-kernel.js';
import { type DeviceKernels, differing, playDevices } from './play-devices.js';

const { defaults, files } = await readVectorFolder(fileURLToPath(new URL('../data', import.meta.url)));

/** The vectors whose commands change devices and did what they say. Open vSwitch and SR-IOV are others' tests. */
export const changing = differing(
  ['public-gateway.json', 'public-drivers.json', 'public-devices.json'].flatMap(
    (name) => files.find((file) => file.name === name)?.vectors ?? [],
  ),
).filter(
  ({ commands, calls, host }) =>
    commands.some(({ argv }) => ['ip', 'brctl', 'tunctl'].includes(argv[0] ?? '')) &&
    !commands.some(({ argv }) => argv[0] === 'ovs-vsctl' || argv.includes('vf')) &&
    calls.every(({ fn, raises }) => raises === undefined && fn !== '_execute') &&
    host.replies?.every(({ exit }) => exit === 0) !== false,
);

/** @param refused names of those that the recorded host took and no kernel takes */
export function declareDeviceTests(vectors: readonly Vector[], refused: readonly string[] = []): void {
  let kernels: DeviceKernels;
  beforeAll(async () => {
    kernels = { theirs: await createDeviceKernel(), ours: await createDeviceKernel() };
  });
  afterAll(async () => {
    for (const kernel of Object.values(kernels)) await kernel.remove();
  });

  describe('the devices are those that iproute2 leaves', () => {
    it.each(vectors.filter(({ name }) => !refused.includes(name)))('$name', async (vector) => {
      const { theirs, ours, differences } = await playDevices(vector, defaults, kernels);
      expect(differences).toEqual([]);
      expect(ours).toEqual(theirs);
    });
  });

  it.each(refused)('a kernel does not take %s', async (refusedName) => {
    const vector = vectors.find(({ name }) => name === refusedName);
    if (vector === undefined) throw new Error(`there is no vector ${refusedName}`);
    await expect(playDevices(vector, defaults, kernels)).rejects.toThrow(/refuses|: status 2\n/);
  });
}

export function usesVlans({ commands }: Vector): boolean {
  return commands.some(({ argv }) => argv.includes('vlan'));
}
