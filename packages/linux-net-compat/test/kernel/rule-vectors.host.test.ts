import { fileURLToPath } from 'node:url';
import { createMemoryHost } from 'netdev-conformance';
import { createMemoryFiles, createMemoryLocks } from 'netdev-exec';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createLinuxNet } from '../../src/create-linux-net.js';
import { playCall } from '../vectors/play-call.js';
import { compareTables, readTables } from '../vectors/rules/restored-tables.js';
import type { Vector } from '../vectors/vector.js';
import { readVectorFolder } from '../vectors/vector-files.js';
import {
  createKernelRunner,
  createRuleKernel,
  type Family,
  type RuleKernel,
  type Variant,
} from './rule-kernel.js';

const { defaults, files } = await readVectorFolder(fileURLToPath(new URL('../data', import.meta.url)));
const vectors = ['public-iptables.json', 'public-floating.json'].flatMap(
  (name) => files.find((file) => file.name === name)?.vectors ?? [],
);

const isRestore = (family: Family) => (command: Vector['commands'][number]) =>
  command.argv[0] === `${family}-restore`;

/** Rule sets that no kernel holds: the dumps of these recordings are damaged, or a program fails. */
const notOfAKernel = (vector: Vector): boolean =>
  vector.host.replies?.some(({ match, exit }) => exit !== 0 && /^ip6?tables/.test(match[0] ?? '')) === true ||
  ['apply-without-commit', 'apply-no-comments-first-table'].includes(vector.name);

/** The original made rules here that iptables-restore does not understand: its faults are recorded. */
const refusedNames = [
  'remove-unwrapped-chain-from-kernel',
  'metadata-forward-v6',
  'floating-forward-regex-dot',
];
const refused = vectors.filter(({ name }) => refusedNames.includes(name));

const playable = vectors.filter(
  (vector) =>
    vector.commands.some(({ argv }) => /^ip6?tables-restore$/.test(argv[0] ?? '')) &&
    !notOfAKernel(vector) &&
    !refused.includes(vector),
);

/** Every change by iptables-legacy sets the counters of policies back, a plain `iptables -A` too. */
const comparable = (saved: string): string => saved.replace(/^(:\S+ \S+) \[\d+:\d+\]/gm, '$1 [0:0]');

describe.each<Variant>(['nft', 'legacy'])('rule sets in a real kernel, %s', (variant) => {
  let ours: RuleKernel;
  let theirs: RuleKernel;
  beforeAll(async () => {
    ours = await createRuleKernel(variant);
    theirs = await createRuleKernel(variant);
  });
  afterAll(async () => {
    await ours.remove();
    await theirs.remove();
  });

  it.each(playable)('$name', async (vector) => {
    const { runner, results } = createKernelRunner(ours, variant, vector);
    const net = createLinuxNet({
      conf: { ...defaults, ...vector.conf } as Partial<LinuxNetConf>,
      binaryName: vector.binary_name,
      faults: 'keep',
      netdev: await createMemoryHost().netdev(),
      runner,
      files: createMemoryFiles(),
      locks: createMemoryLocks(),
    });
    for (const call of vector.calls) await playCall(net, call, new WeakSet());
    for (const family of ['iptables', 'ip6tables'] as const) {
      const recorded = vector.commands.filter(isRestore(family));
      const got = results.get(family) ?? [];
      expect(got).toHaveLength(recorded.length);
      for (const [index, { stdin }] of recorded.entries()) {
        await theirs.load(family, stdin ?? '');
        const wanted = readTables(comparable(await theirs.save(family)));
        expect(compareTables(wanted, readTables(comparable(got[index] ?? '')))).toEqual([]);
      }
    }
  });

  it.each(refused)('$name: no kernel takes what the original made', async ({ commands }) => {
    const loads = commands
      .filter(isRestore('iptables'))
      .map(({ stdin }) => theirs.load('iptables', stdin ?? ''));
    expect((await Promise.allSettled(loads)).map(({ status }) => status)).toContain('rejected');
  });
});
