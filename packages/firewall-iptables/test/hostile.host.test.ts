import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createIptablesFirewall } from 'firewall-iptables';
import type { IntentGroup } from 'netdev-core';
import { createHostLocks } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freshState, ownState } from './fresh-apply.js';
import { createRandom, type Random } from './random.js';
import { randomGroup, randomKey } from './random-groups.js';
import { createSpace, type Space } from './space.js';

/** Longer by hand: `FIREWALL_HOSTILE_SECONDS=60 npm run test:host -- hostile`. */
const SECONDS = Number(process.env.FIREWALL_HOSTILE_SECONDS ?? 4);
const SEED = Number(process.env.FIREWALL_SEED ?? 1);

describe.each(['nft', 'legacy'] as const)('iptables-%s', (variant) => {
  let space: Space;
  let directory: string;
  beforeEach(async () => {
    space = await createSpace(variant);
    directory = await mkdtemp(join(tmpdir(), 'fwlocks-'));
  });
  afterEach(async () => {
    await space.remove();
    await rm(directory, { recursive: true });
  });

  /** Changes its groups at random until time is over; gives those that it has in the end. */
  const manage = async (owner: string, random: Random, until: number): Promise<Managed> => {
    const firewall = await createIptablesFirewall({
      ...{ namespace: { name: space.name }, variant, owner },
      locks: createHostLocks({ directory }),
    });
    const groups = new Map<string, IntentGroup>();
    let applied = 0;
    // On a slow machine for longer: that few would prove nothing.
    while (Date.now() < until || applied <= SECONDS / 4) {
      for (let change = random.below(4); change >= 0; change--) {
        if (random.below(4) === 0) {
          const key = randomKey(random);
          groups.delete(key);
          await firewall.delete(key);
        } else {
          const group = randomGroup(random);
          groups.set(group.key, group);
          await firewall.put(group);
        }
      }
      if (random.below(8) === 0) await firewall.reconcile();
      else await firewall.apply();
      applied += 1;
    }
    return { owner, applied, groups: [...groups.values()], firewall };
  };

  /** Writes and takes out rules of its own, and breaks what others have; gives the rules that it has in the end. */
  const annoy = async (random: Random, until: number): Promise<Record<'INPUT' | 'EVIL', string[]>> => {
    const has: Record<'INPUT' | 'EVIL', string[]> = { INPUT: [], EVIL: [] };
    const iptables = async (...words: string[]): Promise<boolean> => {
      const wait = variant === 'legacy' ? ['-w', '10'] : [];
      return space.run(`iptables-${variant}`, ...wait, ...words).then(
        () => true,
        () => false,
      );
    };
    await iptables('-N', 'EVIL');
    for (let count = 0; Date.now() < until; count++) {
      const rule = `-s 192.0.2.${count & 255}/32 -p tcp -m tcp --dport ${1 + (count >> 8)} -j ACCEPT`;
      const chain = random.oneOf(['INPUT', 'EVIL'] as const);
      const victim = `${random.oneOf(['red', 'blue'])}-${random.oneOf(['input', 'prerouting', 'pre-float', 'post-float'])}`;
      const nat = victim.endsWith('-input') ? [] : ['-t', 'nat'];
      const choice = random.below(20);
      if (choice < 8) {
        if (await iptables('-A', chain, ...rule.split(' '))) has[chain].push(rule);
      } else if (choice < 12) {
        const place = 1 + random.below(has.EVIL.length + 1);
        if (await iptables('-I', 'EVIL', `${place}`, ...rule.split(' '))) has.EVIL.splice(place - 1, 0, rule);
      } else if (choice < 15 && has[chain].length > 0) {
        const gone = random.oneOf(has[chain]);
        if (await iptables('-D', chain, ...gone.split(' '))) has[chain].splice(has[chain].indexOf(gone), 1);
      } else if (choice < 17) await iptables(...nat, '-F', victim);
      else if (choice < 18) await iptables(...nat, '-I', victim, '-s', '192.0.2.1', '-j', 'RETURN');
      else if (choice < 19) await iptables('-D', 'INPUT', '-j', victim);
      else if (random.below(8) === 0 && (await iptables('-F'))) {
        has.INPUT = [];
        has.EVIL = [];
      }
    }
    return has;
  };

  it(
    `two managers and a program that breaks their rules, together for ${SECONDS} s: nothing of anybody is lost`,
    async () => {
      const until = Date.now() + SECONDS * 1000;
      const [red, blue, evil] = await Promise.all([
        manage('red', createRandom(SEED), until),
        manage('blue', createRandom(SEED + 1), until),
        annoy(createRandom(SEED + 2), until),
      ]);
      for (const { owner, groups, firewall } of [red, blue]) {
        await firewall.reconcile();
        expect(await ownState(space, owner)).toEqual(await freshState(groups, owner, variant));
        await firewall.close();
      }
      const saved = await space.save();
      for (const chain of ['INPUT', 'EVIL'] as const) {
        const lines = saved.find(
          (each) => each.chain === chain && each.table === `iptables-${variant}-save filter`,
        )?.rules;
        expect(lines?.filter((line) => / 192\.0\.2\.\S+ -p tcp/.test(line))).toEqual(
          evil[chain].map((rule) => `[0:0] -A ${chain} ${rule}`),
        );
      }
      console.info(
        `${variant}: ${red.applied} and ${blue.applied} applied, ${evil.INPUT.length + evil.EVIL.length} left`,
      );
    },
    SECONDS * 1000 + 120_000,
  );
});

interface Managed {
  owner: string;
  applied: number;
  groups: IntentGroup[];
  firewall: Awaited<ReturnType<typeof createIptablesFirewall>>;
}
