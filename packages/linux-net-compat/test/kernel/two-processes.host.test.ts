import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createRunner } from 'netdev-exec';
import { expect, it } from 'vitest';
import { readTables } from '../vectors/rules/restored-tables.js';
import { createRuleKernel, type Variant } from './rule-kernel.js';

const run = promisify(execFile);
const APPLIES = 80;
const dist = fileURLToPath(new URL('../../dist/index.cjs', import.meta.url));

/** Adds one rule and applies, again and again; every tenth goes into a chain that others use too. */
const program = `
  const { createLinuxNet } = require(${JSON.stringify(dist)});
  const [name, network] = process.argv.slice(1);
  const { iptablesManager } = createLinuxNet({ binaryName: name });
  (async () => {
    for (let turn = 0; turn < ${APPLIES}; turn++) {
      const rule = '-s ' + network + '.' + turn + '/32 -j DROP';
      iptablesManager.ipv4.filter.addRule('INPUT', rule, { wrap: turn % 10 !== 0 });
      await iptablesManager.apply();
    }
  })();`;

it.each<Variant>(['nft', 'legacy'])(
  'two processes that apply at once lose nothing, %s',
  async (variant) => {
    const kernel = await createRuleKernel(variant);
    const bin = await mkdtemp(join(tmpdir(), 'netdev-bin-'));
    try {
      for (const verb of ['save', 'restore']) {
        const { stdout } = await run('which', [`iptables-${variant}-${verb}`]);
        await symlink(stdout.trim(), join(bin, `iptables-${verb}`));
      }
      const foreign = '[7:70] -A INPUT -s 192.0.2.1/32 -j ACCEPT';
      await kernel.load('iptables', `*filter\n:INPUT ACCEPT [0:0]\n${foreign}\nCOMMIT`);
      const process = async (name: string, network: string) =>
        createRunner({ namespace: kernel.namespace }).run(
          [globalThis.process.execPath, '-e', program, name, network],
          {
            env: { PATH: `${bin}:${globalThis.process.env.PATH}` },
          },
        );
      await Promise.all([process('one', '10.1.0'), process('two', '10.2.0')]);

      const filter = readTables(await kernel.save('iptables')).get('filter');
      const input = filter?.get('INPUT')?.rules ?? [];
      expect(input).toContain('[7:70] -s 192.0.2.1/32 -j ACCEPT');
      for (const [name, network] of [
        ['one', '10.1.0'],
        ['two', '10.2.0'],
      ]) {
        const rule = (turn: number): string => `[0:0] -s ${network}.${turn}/32 -j DROP`;
        const turns = Array.from({ length: APPLIES }, (_, turn) => turn);
        expect(filter?.get(`${name}-INPUT`)?.rules).toEqual(
          turns.filter((turn) => turn % 10 !== 0).map(rule),
        );
        const inShared = input.filter((line) => line.includes(`${network}.`));
        expect(inShared.toSorted()).toEqual(
          turns
            .filter((turn) => turn % 10 === 0)
            .map(rule)
            .toSorted(),
        );
        expect(input).toContain(`[0:0] -j ${name}-INPUT`);
        expect(filter?.get('nova-filter-top')?.rules).toContain(`[0:0] -j ${name}-local`);
      }
    } finally {
      await rm(bin, { recursive: true });
      await kernel.remove();
    }
  },
  300_000,
);
