import { createIptablesFirewall } from 'firewall-iptables';
import type { Intent } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { createSpaceRunner } from '../agent/space-runner.js';
import { keyOf } from '../page-keys.js';
import { createRandom, type Random } from '../random.js';
import type { KernelRule } from './counts.js';
import { frameOf } from './frames.js';
import { groups, guestGroups } from './groups.js';
import type { Neighbour } from './macs.js';
import { createQuietLab } from './quiet-lab.js';
import { connectionOf, randomPacket } from './random-packets.js';

const runner = createSpaceRunner();
const ROUNDS = 6;
const PACKETS = 40;

const named: readonly (readonly [string, readonly Intent[]])[] = [
  ...Object.entries(groups),
  ...Object.entries(guestGroups).map(([key, intents]) => [`guests/${key}`, intents] as const),
  ['open', [{ kind: 'forward-policy', bridge: 'br-a', policy: 'open', interfaces: ['uplink'] }]],
  ['all', [{ kind: 'source-nat', source: '10.0.0.0/8', to: 'masquerade' }]],
  ['out', [{ kind: 'forward-policy', bridge: 'br-b', policy: 'outbound' }]],
];
/** Every second group begins pages of its chains. */
const pool = named.map(
  ([name, intents], index) => [keyOf(name, { beginsPages: index % 2 === 0 }), intents] as const,
);

describe.each([
  ['nft', 11],
  ['legacy', 12],
] as const)('explain of random packets, against what iptables-%s counts', (variant, seed) => {
  it(`names what is counted, for ${ROUNDS * PACKETS} packets (seed ${seed})`, async () => {
    const random = createRandom(seed);
    const quiet = await createQuietLab(variant);
    const firewall = await createIptablesFirewall({ runner, namespace: { name: quiet.lab.router }, variant });
    const verdicts = new Map<string, number>();
    const connections = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      await firewall.clear();
      for (const [key, intents] of someOf(pool, random)) await firewall.put({ key, intents });
      await firewall.apply();
      const bridgeNetfilter = round % 2 === 1;
      await quiet.rulesChanged();
      await quiet.handBridgedOver(bridgeNetfilter);
      for (let index = 0; index < PACKETS; index++) {
        const sourcePort = 10_000 + round * PACKETS + index;
        const packet = await randomPacket(random, sourcePort, (each) =>
          firewall.explain(each, { bridgeNetfilter }),
        );
        if (packet === undefined || connections.has(connectionOf(packet))) continue;
        connections.add(connectionOf(packet));
        const said = await firewall.explain(packet, { bridgeNetfilter });
        verdicts.set(said.verdict, (verdicts.get(said.verdict) ?? 0) + 1);
        const names = said.rules.map(nameOf).sort();
        await quiet.forget();
        await quiet.send(neighbourAt(packet.inPort ?? packet.in), frameOf(packet));
        const ours = (rules: readonly (KernelRule & { by: number })[]): string[] =>
          rules
            .filter(({ chain, text }) => `${chain} ${text}`.includes('netdev-'))
            .flatMap((rule) => Array<string>(rule.by).fill(nameOf(rule)))
            .sort();
        const counted = await quiet.risen((rules) => ours(rules).length >= names.length);
        expect({ packet, bridgeNetfilter, rules: ours(counted) }).toEqual({
          packet,
          bridgeNetfilter,
          rules: names,
        });
      }
    }
    // It was no test if all went the same way.
    for (const verdict of ['accept', 'drop', 'untouched']) expect(verdicts.get(verdict)).toBeGreaterThan(20);
    expect(verdicts.has('unknown')).toBe(false);
    await firewall.close();
    await quiet.remove();
  }, 120_000);
});

function someOf<Item>(items: readonly Item[], random: Random): Item[] {
  return items.filter(() => random.below(3) > 0);
}

function neighbourAt(device: string | undefined): Neighbour {
  return device === 'uplink' ? 'w1' : ((device ?? '').slice('p-'.length) as Neighbour);
}

function nameOf({ family, table, chain, text }: KernelRule): string {
  return `${family} ${table} ${chain} ${text}`;
}
