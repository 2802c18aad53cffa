import type { Variant } from 'firewall-iptables';
import { ipBatchIn, postIn, setIn } from '../agent/agent.js';
import { createLab, type Lab } from '../host.js';
import { openWire, type Wire } from '../wire/wire.js';
import { countsOf, type KernelRule, type Risen } from './counts.js';
import { type Frame, frameBytes } from './frames.js';
import { macs, type Neighbour } from './macs.js';
import { pause } from './pause.js';
import { markForTrace, startTrace, type Trace } from './trace.js';

/**
 * The lab with nobody who says a word by himself: what is counted is what was sent. The neighbours throw away what they
 * get, the router's own answers are thrown away before they meet a rule, and everybody's MAC address is known.
 */
export interface QuietLab {
  lab: Lab;
  /** Puts a frame onto a neighbour's wire. */
  send(where: Neighbour, frame: Frame): Promise<void>;
  /** Lets the router send a datagram from one of the ports from 40000 to 40999. */
  sendOwn(from: number, to: string, port: number): Promise<void>;
  /** Whether bridged packets pass iptables (net.bridge.bridge-nf-call-iptables). */
  handBridgedOver(isOn: boolean): Promise<void>;
  /** To be called when the rules are others than before. */
  rulesChanged(): Promise<void>;
  /** Forgets what was sent, counted and traced so far. */
  forget(): Promise<void>;
  /** What came to a neighbour as soon as something did, or not before long. */
  heard(where: Neighbour): Promise<string[]>;
  /** What the counters of all rules rose by, as soon as it is `enough`; those that did not, left out. */
  risen(isEnough: (rules: Risen[]) => boolean): Promise<Risen[]>;
  /** The rules that the kernel says packets have met, in order of nft only. */
  traced(isEnough: (rules: KernelRule[]) => boolean): Promise<KernelRule[]>;
  remove(): Promise<void>;
}

const savedFamilies = ['ipv4', 'ipv6', 'bridge'] as const;
type SavedFamily = (typeof savedFamilies)[number];

const savePrograms: Readonly<Record<SavedFamily, (variant: string) => string>> = {
  ipv4: (variant) => `iptables-${variant}-save`,
  ipv6: (variant) => `ip6tables-${variant}-save`,
  bridge: () => 'ebtables-nft-save',
};

/** Addresses that are reached by way of each neighbour, in both families. */
const neighbours: Readonly<Record<Neighbour, readonly [device: string, ...string[]]>> = {
  a1: ['br-a', '10.1.0.11', 'fd00:1::11'],
  a2: ['br-a', '10.1.0.12', 'fd00:1::12'],
  b1: ['br-b', '10.2.0.11', 'fd00:2::11'],
  w1: ['uplink', '203.0.113.1', '2001:db8::1'],
};

export async function createQuietLab(variant: Exclude<Variant, 'auto'>): Promise<QuietLab> {
  const lab = await createLab();
  const router = (...argv: string[]): Promise<string> => lab.run('router', ...argv);
  await silenceNeighbours(lab);
  await knowEverybody(lab);
  await dropOwnAnswers(lab, variant);
  if (variant === 'nft') await markForTrace(lab);
  let trace: Trace | undefined;
  /** The counters as they were last read. The programs that say them are what takes long. */
  const counters = new Map<SavedFamily, Map<string, Risen>>();
  let last = new Map<string, Risen>();
  /** The families that packets were sent of since the counters were forgotten: no other can have risen. */
  const sent = new Set<SavedFamily>();
  /** Those that were not read since they may have changed. */
  const unread = new Set<SavedFamily>(savedFamilies);
  const sending = (family: SavedFamily | 'arp'): void => {
    for (const each of family === 'arp' ? (['bridge'] as const) : (['bridge', family] as const)) {
      sent.add(each);
      unread.add(each);
    }
  };
  const read = async (families: ReadonlySet<SavedFamily>): Promise<Map<string, Risen>> => {
    const read = [...families].map(async (family) => {
      const text = await router(savePrograms[family](variant), '-c');
      counters.set(family, countsOf(text, family));
    });
    await Promise.all(read);
    for (const family of families) unread.delete(family);
    return new Map([...counters.values()].flatMap((each) => [...each]));
  };
  const wires = new Map<Neighbour, Wire>();
  for (const where of Object.keys(neighbours) as Neighbour[])
    wires.set(where, await openWire(lab.spaceOf(where), 'eth0'));
  return {
    lab,
    async send(where, frame) {
      sending(familyOf(frame));
      await wires.get(where)?.send(frameBytes(frame));
    },
    async sendOwn(from, to, port) {
      sending(to.includes(':') ? 'ipv6' : 'ipv4');
      await postIn(lab.router, { from, to, port, data: 'x' });
    },
    handBridgedOver: (isOn) => handBridgedOver(lab, isOn),
    async rulesChanged() {
      for (const family of savedFamilies) unread.add(family);
      trace?.stop();
      trace = variant === 'nft' ? await startTrace(lab) : undefined;
    },
    async forget() {
      for (const wire of wires.values()) wire.take();
      last = await read(new Set(unread));
      sent.clear();
      trace?.forget();
    },
    async risen(isEnough) {
      for (let tries = 0; ; tries++) {
        const now = await read(sent);
        const rules = [...now].flatMap(([name, rule]): Risen[] => {
          const by = rule.by - (last.get(name)?.by ?? 0);
          return by === 0 ? [] : [{ ...rule, by }];
        });
        if (tries === 20 || isEnough(rules)) return rules;
      }
    },
    async traced(isEnough) {
      for (let tries = 0; ; tries++) {
        const rules = (await trace?.rules()) ?? [];
        if (tries === 40 || isEnough(rules)) return rules;
        await pause(25);
      }
    },
    async heard(where) {
      for (let tries = 0; ; tries++) {
        const frames = wires.get(where)?.take() ?? [];
        if (frames.length > 0 || tries === 8) return frames;
        await pause(10);
      }
    },
    async remove() {
      trace?.stop();
      await lab.remove();
    },
  };
}

/** Neighbours have a wire and nothing else. */
async function silenceNeighbours(lab: Lab): Promise<void> {
  for (const where of Object.keys(neighbours) as Neighbour[]) {
    await setIn(lab.spaceOf(where), { 'net.ipv6.conf.all.disable_ipv6': 1 });
    await ipBatchIn(lab.spaceOf(where), [
      'address flush dev eth0',
      `link set eth0 arp off address ${macs[where]}`,
    ]);
  }
}

const addresses = [
  ['br-a', 'fd00:1::1/64'],
  ['br-b', 'fd00:2::1/64'],
  ['uplink', '2001:db8::2/64'],
] as const;

async function knowEverybody(lab: Lab): Promise<void> {
  await setIn(lab.router, {
    ...same(0, ...addresses.map(([device]) => `net.ipv6.conf.${device}.router_solicitations`)),
    ...same(1, ...['p-a1', 'p-a2', 'p-b1'].map((port) => `net.ipv6.conf.${port}.disable_ipv6`)),
    'net.ipv6.conf.all.forwarding': 1,
  });
  await ipBatchIn(lab.router, [
    ...['br-a', 'br-b'].map(
      (bridge) => `link set ${bridge} type bridge mcast_snooping 0 mcast_querier 0 stp_state 0`,
    ),
    ...addresses.flatMap(([device, address]) => [
      `link set ${device} address ${macs[device]}`,
      `address add ${address} dev ${device} nodad`,
    ]),
    ...Object.entries(neighbours).flatMap(([where, [device, ...each]]) =>
      each.map(
        (address) =>
          `neigh replace ${address} lladdr ${macs[where as Neighbour]} dev ${device} nud permanent`,
      ),
    ),
    'route add 198.51.100.0/24 via 203.0.113.1',
    'route add 2001:db8:5::/64 via 2001:db8::1',
  ]);
  for (const [where, [device]] of Object.entries(neighbours)) {
    const mac = macs[where as Neighbour];
    if (device !== 'uplink')
      await lab.run('router', 'bridge', 'fdb', 'replace', mac, 'dev', `p-${where}`, 'master', 'static');
  }
  await handBridgedOver(lab, false);
}

async function handBridgedOver(lab: Lab, isOn: boolean): Promise<void> {
  const settings = ['iptables', 'ip6tables'].map((family) => `net.bridge.bridge-nf-call-${family}`);
  await setIn(lab.router, same(Number(isOn), ...settings));
}

function same(value: number, ...settings: string[]): Record<string, number> {
  return Object.fromEntries(settings.map((name) => [name, value]));
}

/** Before any rule of ours that it could meet: the table `raw` comes first. */
async function dropOwnAnswers(lab: Lab, variant: Exclude<Variant, 'auto'>): Promise<void> {
  for (const tool of [`iptables-${variant}`, `ip6tables-${variant}`]) {
    const output = [tool, '-t', 'raw', '-A', 'OUTPUT'];
    await lab.run('router', ...output, '-p', 'udp', '--sport', '40000:40999', '-j', 'ACCEPT');
    await lab.run('router', ...output, '-j', 'DROP');
  }
}

function familyOf({ payload }: Frame): 'ipv4' | 'ipv6' | 'arp' {
  if (payload.kind === 'arp') return 'arp';
  return payload.source.includes(':') ? 'ipv6' : 'ipv4';
}
