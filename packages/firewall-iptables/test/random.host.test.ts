import { createIptablesFirewall, type IptablesFirewall } from 'firewall-iptables';
import type { IntentGroup } from 'netdev-core';
import { createMemoryLocks } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpaceRunner } from './agent/space-runner.js';
import { freshState, ownState } from './fresh-apply.js';
import { killedInApply } from './killed-program.js';
import { createRandom } from './random.js';
import { randomGroup, randomKey } from './random-groups.js';
import { createSpace, foreignPart, ownPart, type Space } from './space.js';

/** Steps of one run; longer ones by hand: `FIREWALL_STEPS=20000 npm run test:host -- random`. */
const STEPS = Number(process.env.FIREWALL_STEPS ?? 300);
const SEED = Number(process.env.FIREWALL_SEED ?? 1);
const OWNER = 'netdev';

/** Enough for an apply to take a while. */
const manyAddresses: IntentGroup = {
  key: 'many',
  intents: Array.from({ length: 1500 }, (_, number) => ({
    kind: 'floating-address',
    floating: `198.18.${number >> 8}.${number & 255}`,
    fixed: `10.18.${number >> 8}.${number & 255}`,
  })),
};

const foreign = [
  '*nat',
  ':THEIRS - [0:0]',
  '[3:180] -A PREROUTING -i eth9 -j THEIRS',
  '[2:120] -A THEIRS -s 192.0.2.1/32 -j ACCEPT',
  'COMMIT',
  '*filter',
  ':THEIRS - [0:0]',
  ':MORE - [0:0]',
  '[1:60] -A INPUT -j THEIRS',
  '[7:420] -A INPUT -s 192.0.2.2/32 -j DROP',
  '[9:540] -A FORWARD -j MORE',
  '[2:120] -A THEIRS -s 192.0.2.3/32 -m comment --comment "netdev-input -j netdev-input" -j ACCEPT',
  '[0:0] -A MORE -j RETURN',
  'COMMIT',
  '',
].join('\n');
const theirTables = ['nat', 'filter'];

describe.each(['nft', 'legacy'] as const)('random steps, iptables-%s', (variant) => {
  let space: Space;
  const tools = [`iptables-${variant}`, `ip6tables-${variant}`] as const;
  const tables = new Set(theirTables.map((table) => `iptables-${variant}-save ${table}`));
  const open = (where: Space): Promise<IptablesFirewall> =>
    createIptablesFirewall({
      runner: createSpaceRunner(),
      namespace: { name: where.name },
      variant,
      owner: OWNER,
      locks: createMemoryLocks(),
    });

  beforeEach(async () => {
    space = await createSpace(variant);
    await space.feed(foreign, `iptables-${variant}-restore`, '-c', '--noflush');
  });
  afterEach(() => space.remove());

  it(`end in the rule set of a first apply, and leave what is others' (${STEPS} steps, seed ${SEED})`, async () => {
    const random = createRandom(SEED);
    let firewall = await open(space);
    let groups = new Map<string, IntentGroup>();
    /** Whether somebody broke rules of ours since all was looked at. */
    let broken = false;
    const tried = async (...argv: string[]): Promise<void> => {
      await space.run(...argv).catch(() => '');
    };
    const ours = async (work: () => Promise<unknown>): Promise<void> => {
      const before = foreignPart(await space.save(), [OWNER], tables);
      await work();
      expect(foreignPart(await space.save(), [OWNER], tables)).toEqual(before);
    };
    const ownChain = async (): Promise<{ table: string; chain: string } | undefined> => {
      const own = (await space.save()).filter(
        ({ table, chain }) => chain.startsWith(`${OWNER}-`) && table.startsWith('iptables'),
      );
      if (own.length === 0) return undefined;
      const { table, chain } = random.oneOf(own);
      return { table: table.split(' ')[1] as string, chain };
    };
    const restart = async (): Promise<void> => {
      await firewall.close();
      firewall = await open(space);
      for (const group of groups.values()) await firewall.put(group);
    };

    const steps: Record<string, () => Promise<void>> = {
      async put() {
        const group = randomGroup(random);
        groups.set(group.key, group);
        await firewall.put(group);
      },
      async delete() {
        const key = randomKey(random);
        expect(await firewall.delete(key)).toBe(groups.delete(key));
      },
      apply: () => ours(() => firewall.apply()),
      async theirs() {
        const [table, chain] = random.oneOf([
          ['filter', 'INPUT'],
          ['filter', 'THEIRS'],
          ['filter', 'FORWARD'],
          ['nat', 'THEIRS'],
          ['nat', 'PREROUTING'],
        ] as const);
        const rule = ['-s', `192.0.2.${random.below(250)}`, '-j', 'ACCEPT'];
        const how = random.below(3);
        if (how === 0) await tried(tools[0], '-t', table, '-A', chain, ...rule);
        else if (how === 1)
          await tried(tools[0], '-t', table, '-I', chain, `${1 + random.below(3)}`, ...rule);
        else {
          const saved = (await space.save()).find(
            (each) => each.chain === chain && each.table === `${tools[0]}-save ${table}`,
          );
          const places = (saved?.rules ?? []).flatMap((line, index) =>
            line.includes(OWNER) ? [] : [index + 1],
          );
          if (places.length > 0) await tried(tools[0], '-t', table, '-D', chain, `${random.oneOf(places)}`);
        }
      },
      async flushOurChain() {
        const chain = await ownChain();
        if (chain === undefined) return;
        broken = true;
        await tried(tools[0], '-t', chain.table, '-F', chain.chain);
      },
      async flushTable() {
        broken = true;
        await tried(random.oneOf(tools), '-t', random.oneOf(['filter', 'nat']), '-F');
      },
      async ruleInOurChain() {
        const chain = await ownChain();
        if (chain === undefined) return;
        broken = true;
        await tried(tools[0], '-t', chain.table, '-I', chain.chain, '-s', '192.0.2.99', '-j', 'ACCEPT');
      },
      async deleteOurJump() {
        const jumps = (await space.save()).flatMap(({ table, chain, rules }) =>
          rules
            .filter((rule) => !chain.startsWith(OWNER) && new RegExp(`-j ${OWNER}-\\S+$`).test(rule))
            .map((rule) => ({ table, words: rule.replace(/^\[\d+:\d+\] -A /, '').split(' ') })),
        );
        const [tool = '', table = ''] =
          jumps.length === 0 ? [] : (random.oneOf(jumps).table.split('-save ') as [string, string]);
        const jump = jumps.find((each) => each.table === `${tool}-save ${table}`);
        if (jump === undefined) return;
        broken = true;
        await tried(tool, '-t', table, '-D', ...jump.words);
      },
      restart,
      async kill() {
        await killedInApply(space, variant, [...groups.values(), manyAddresses], random.below(80));
        await restart();
        broken = false;
      },
      async clear() {
        groups = new Map();
        await ours(() => firewall.clear());
        broken = false;
        expect(ownPart(await space.save(), OWNER)).toEqual([]);
      },
      async check() {
        if (broken) await ours(() => firewall.reconcile());
        else await ours(() => firewall.apply());
        broken = false;
        const wanted = await freshState(groups.values(), OWNER, variant);
        expect(await ownState(space, OWNER)).toEqual(wanted);
        // What others put before our rules meanwhile is behind them then, and nothing else happens.
        await ours(async () => expect(await firewall.reconcile()).toMatchObject({ added: 0, removed: 0 }));
        expect(await firewall.reconcile()).toEqual({ changed: false, added: 0, removed: 0 });
        expect(await ownState(space, OWNER)).toEqual(wanted);
      },
    };
    const weights: Record<string, number> = {
      ...{ put: 45, delete: 15, apply: 20, theirs: 8, flushOurChain: 2, flushTable: 1 },
      ...{ ruleInOurChain: 1, deleteOurJump: 1, restart: 2, clear: 0.3, kill: 0.5, check: 4 },
    };
    const names = Object.entries(weights).flatMap(([name, weight]) =>
      Array.from({ length: weight * 10 }, () => name),
    );
    const done: string[] = [];
    try {
      for (let step = 0; step < STEPS; step++) {
        const name = random.oneOf(names);
        done.push(name);
        await steps[name]?.();
      }
      done.push('check');
      await steps.check?.();
    } catch (error) {
      console.error(`step ${done.length} of seed ${SEED}, after ${done.slice(-12).join(', ')}`);
      throw error;
    }
    await firewall.close();
  }, 600_000);
});
