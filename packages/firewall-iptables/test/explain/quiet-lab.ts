import type { Variant } from 'firewall-iptables';
import { ipBatch } from '../../../netdev-conformance/test/ip-batch.js';
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

/** Addresses that are reached by way of each neighbour, in both families. */
const neighbours: Readonly<Record<Neighbour, readonly [device: string, ...string[]]>> = {
  a1: ['br-a', '10.1.0.11', 'fd00:1::11'],
  a2: ['br-a', '10.1.0.12', 'fd00:1::12'],
  b1: ['br-b', '10.2.0.11', 'fd00:2::11'],
  w1: ['uplink', '203.0.113.1', '2001:db8::1'],
};

/** A datagram of the router's own. */
const ownSender = `use IO::Socket::IP; my ($from, $to, $port) = @ARGV;
  IO::Socket::IP->new(Proto => 'udp', LocalPort => $from, PeerAddr => $to, PeerPort => $port)->send('x') or die $!;`;

export async function createQuietLab(variant: Exclude<Variant, 'auto'>): Promise<QuietLab> {
  const lab = await createLab();
  const router = (...argv: string[]): Promise<string> => lab.run('router', ...argv);
  await silenceNeighbours(lab);
  await knowEverybody(lab);
  await dropOwnAnswers(lab, variant);
  if (variant === 'nft') await markForTrace(lab);
  let trace: Trace | undefined;
  let last = new Map<string, Risen>();
  /** As long as nothing was sent and no rule changed since: the programs that say it are what takes long. */
  let counted: Map<string, Risen> | undefined;
  const count = async (): Promise<Map<string, Risen>> => {
    const texts = await Promise.all([
      router(`iptables-${variant}-save`, '-c'),
      router(`ip6tables-${variant}-save`, '-c'),
      router('ebtables-nft-save', '-c'),
    ]);
    return new Map(texts.flatMap((text, index) => [...countsOf(text, savedFamilies[index] ?? 'ipv4')]));
  };
  const wires = new Map<Neighbour, Wire>();
  for (const where of Object.keys(neighbours) as Neighbour[])
    wires.set(where, await openWire(lab.spaceOf(where), 'eth0'));
  return {
    lab,
    async send(where, frame) {
      counted = undefined;
      await wires.get(where)?.send(frameBytes(frame));
    },
    async sendOwn(from, to, port) {
      counted = undefined;
      await router('perl', '-e', ownSender, String(from), to, String(port));
    },
    handBridgedOver: (isOn) => handBridgedOver(lab, isOn),
    async rulesChanged() {
      counted = undefined;
      trace?.stop();
      trace = variant === 'nft' ? await startTrace(lab) : undefined;
    },
    async forget() {
      for (const wire of wires.values()) wire.take();
      last = counted ?? (await count());
      trace?.forget();
    },
    async risen(isEnough) {
      for (let tries = 0; ; tries++) {
        const now = await count();
        counted = now;
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
      for (const wire of wires.values()) wire.close();
      trace?.stop();
      await lab.remove();
    },
  };
}

/** Neighbours have a wire and nothing else. */
async function silenceNeighbours(lab: Lab): Promise<void> {
  for (const where of Object.keys(neighbours) as Neighbour[]) {
    await lab.run(where, 'sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1');
    await ipBatch(
      ['address flush dev eth0', `link set eth0 arp off address ${macs[where]}`],
      lab.spaceOf(where),
    );
  }
}

async function knowEverybody(lab: Lab): Promise<void> {
  const router = (...argv: string[]): Promise<string> => lab.run('router', ...argv);
  for (const bridge of ['br-a', 'br-b'] as const) {
    const options = ['mcast_snooping', '0', 'mcast_querier', '0', 'stp_state', '0'];
    await router('ip', 'link', 'set', bridge, 'type', 'bridge', ...options);
  }
  for (const port of ['p-a1', 'p-a2', 'p-b1'])
    await router('sysctl', '-qw', `net.ipv6.conf.${port}.disable_ipv6=1`);
  for (const [device, address] of [
    ['br-a', 'fd00:1::1/64'],
    ['br-b', 'fd00:2::1/64'],
    ['uplink', '2001:db8::2/64'],
  ] as const) {
    await router('ip', 'link', 'set', device, 'address', macs[device]);
    await router('sysctl', '-qw', `net.ipv6.conf.${device}.router_solicitations=0`);
    await router('ip', 'address', 'add', address, 'dev', device, 'nodad');
  }
  await router('sysctl', '-qw', 'net.ipv6.conf.all.forwarding=1');
  for (const [where, [device, ...addresses]] of Object.entries(neighbours)) {
    const mac = macs[where as Neighbour];
    for (const address of addresses)
      await router('ip', 'neigh', 'replace', address, 'lladdr', mac, 'dev', device, 'nud', 'permanent');
    if (device !== 'uplink')
      await router('bridge', 'fdb', 'replace', mac, 'dev', `p-${where}`, 'master', 'static');
  }
  await handBridgedOver(lab, false);
  await router('ip', 'route', 'add', '198.51.100.0/24', 'via', '203.0.113.1');
  await router('ip', 'route', 'add', '2001:db8:5::/64', 'via', '2001:db8::1');
}

async function handBridgedOver(lab: Lab, isOn: boolean): Promise<void> {
  for (const family of ['iptables', 'ip6tables'])
    await lab.run('router', 'sysctl', '-qw', `net.bridge.bridge-nf-call-${family}=${Number(isOn)}`);
}

/** Before any rule of ours that it could meet: the table `raw` comes first. */
async function dropOwnAnswers(lab: Lab, variant: Exclude<Variant, 'auto'>): Promise<void> {
  for (const tool of [`iptables-${variant}`, `ip6tables-${variant}`]) {
    const output = [tool, '-t', 'raw', '-A', 'OUTPUT'];
    await lab.run('router', ...output, '-p', 'udp', '--sport', '40000:40999', '-j', 'ACCEPT');
    await lab.run('router', ...output, '-j', 'DROP');
  }
}
