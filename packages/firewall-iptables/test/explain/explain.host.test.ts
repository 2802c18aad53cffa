import {
  createIptablesFirewall,
  type ExplainedRule,
  type IptablesFirewall,
  type Packet,
} from 'firewall-iptables';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSpaceRunner } from '../agent/space-runner.js';
import { bridgedCases, type Case, cases } from './cases.js';
import type { KernelRule } from './counts.js';
import { endsOf, frameOf } from './frames.js';
import { groups, guestGroups } from './groups.js';
import { bridgedGuestCases, guestCases } from './guest-cases.js';
import type { Neighbour } from './macs.js';
import { from } from './packets.js';
import { createQuietLab, type QuietLab } from './quiet-lab.js';

const runner = createSpaceRunner();
describe.each(['nft', 'legacy'] as const)('explain, against what iptables-%s counts', (variant) => {
  let quiet: QuietLab;
  let firewall: IptablesFirewall;

  beforeAll(async () => {
    quiet = await createQuietLab(variant);
    firewall = await createIptablesFirewall({ runner, namespace: { name: quiet.lab.router }, variant });
  }, 60_000);
  afterAll(async () => {
    await firewall.close();
    await quiet.remove();
  });

  /** Sends a packet, and compares with what was said of it. */
  const check = async ({ packet, verdict, by, leaves }: Omit<Case, 'name'>, bridgeNetfilter: boolean) => {
    const said = await firewall.explain(packet, { bridgeNetfilter });
    expect(said.rules.filter(({ met }) => met !== 'yes')).toEqual([]);
    expect({ verdict: said.verdict, by: said.decidedBy?.key }).toEqual({ verdict, by });
    if (leaves !== undefined) expect(said.leaves).toMatchObject(leaves);

    if (packet.opened !== undefined) await check(await expected(packet.opened), bridgeNetfilter);
    if (packet.opened !== undefined && isFurther(packet)) await send(quiet, await answerTo(packet.opened));
    await quiet.forget();
    await send(quiet, packet);
    const expectedRules = said.rules.map(nameOf).sort();
    const risen = (rules: readonly (KernelRule & { by: number })[]): string[] =>
      rules
        .filter(isOurs)
        .flatMap((rule) => Array<string>(rule.by).fill(nameOf(rule)))
        .sort();
    const rules = await quiet.risen((found) => risen(found).length >= expectedRules.length);
    expect(risen(rules)).toEqual(expectedRules);

    if (variant === 'nft') {
      const inOrder = said.rules.map(nameOf);
      const traced = (found: readonly KernelRule[]): string[] => found.filter(isOurs).map(nameOf);
      const found = await quiet.traced((found) => traced(found).length >= inOrder.length);
      expect(traced(found)).toEqual(inOrder);
    }

    const to = neighbourAt(packet.outPort ?? packet.out);
    if (to === undefined) return;
    const arrived = (await quiet.heard(to)).flatMap((frame) => endsOf(frame) ?? []);
    if (said.verdict === 'drop') expect(arrived).toEqual([]);
    else expect(arrived).toMatchObject([arrivingAs(said.leaves, packet)]);
  };

  /** The packet that opens a connection was asked about by itself. */
  const expected = async (packet: Packet): Promise<Omit<Case, 'name'>> => {
    const { verdict, decidedBy } = await firewall.explain(packet);
    return { packet, verdict, ...(decidedBy?.key === undefined ? {} : { by: decidedBy.key }) };
  };

  /** What makes a connection an established one. */
  const answerTo = async (opened: Packet): Promise<Packet> => {
    const { leaves } = await firewall.explain(opened);
    return {
      ...from(neighbourAt(opened.outPort ?? opened.out) as Neighbour),
      source: leaves?.destination,
      destination: leaves?.source === 'masquerade' ? outside(opened) : leaves?.source,
      protocol: opened.protocol,
      sourcePort: leaves?.destinationPort,
      destinationPort: leaves?.sourcePort,
    };
  };

  const start = async (wanted: typeof groups, bridgeNetfilter: boolean): Promise<void> => {
    await firewall.clear();
    for (const [key, intents] of Object.entries(wanted)) await firewall.put({ key, intents });
    await firewall.apply();
    await quiet.rulesChanged();
    await quiet.handBridgedOver(bridgeNetfilter);
  };

  describe.each([
    { what: 'hosts and networks', wanted: groups, bridgeNetfilter: false, list: cases },
    { what: 'the same, bridged', wanted: groups, bridgeNetfilter: true, list: bridgedCases },
    { what: 'guests', wanted: guestGroups, bridgeNetfilter: false, list: guestCases },
    { what: 'guests, bridged', wanted: guestGroups, bridgeNetfilter: true, list: bridgedGuestCases },
  ])('$what', ({ wanted, bridgeNetfilter, list }) => {
    beforeAll(() => start(wanted, bridgeNetfilter));
    it.each(list)('$name', async (each) => check(each, bridgeNetfilter));
  });
});

async function send(quiet: QuietLab, packet: Packet): Promise<void> {
  const from = neighbourAt(packet.inPort ?? packet.in);
  if (from !== undefined) return quiet.send(from, frameOf(packet));
  await quiet.sendOwn(packet.sourcePort ?? 0, packet.destination ?? '', packet.destinationPort ?? 0);
}

function isFurther({ connection, source, opened }: Packet): boolean {
  return connection === 'established' && source === opened?.source;
}

function neighbourAt(device: string | undefined): Neighbour | undefined {
  if (device === undefined) return undefined;
  return device === 'uplink' ? 'w1' : (device.slice('p-'.length) as Neighbour);
}

function nameOf({ family, table, chain, text }: KernelRule | ExplainedRule): string {
  return `${family} ${table} ${chain} ${text}`;
}

function isOurs({ chain, text }: KernelRule): boolean {
  return `${chain} ${text}`.includes('netdev-');
}

/** The router's own address on the side of the world. */
function outside({ source }: Packet): string {
  return source?.includes(':') ? '2001:db8::2' : '203.0.113.2';
}

function arrivingAs(
  leaves: Awaited<ReturnType<IptablesFirewall['explain']>>['leaves'],
  packet: Packet,
): { source: string; destination: string; ports?: number[] } {
  const { source = '', destination = '', sourcePort, destinationPort } = leaves ?? {};
  return {
    source: source === 'masquerade' ? outside(packet) : source,
    destination,
    ...(sourcePort === undefined || destinationPort === undefined
      ? {}
      : { ports: [sourcePort, destinationPort] }),
  };
}
