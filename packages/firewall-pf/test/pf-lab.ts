import {
  type FirewallEnd,
  type FirewallFactory,
  type FirewallProbe,
  firewallTopology,
} from 'netdev-conformance/firewall';
import { createFreeBsdHost, type FreeBsdHost, type FreeBsdPacket } from 'netdev-conformance/freebsd';
import type { FirewallOptions } from 'netdev-core';
import { createAnsweringRunner, type Runner } from 'netdev-exec';
import { createPfFirewall } from '../src/index.js';
import { emptyAnchors, rulesOfOthers } from './shown-rules.js';

const { uplink, bridges, ends } = firewallTopology;

/** Every command that may be run: the forms of pfctl(8) and sysctl(8) that are known to be FreeBSD's. */
const forms: readonly RegExp[] = [
  /^pfctl( -a \S+)? -f -$/,
  /^pfctl -n -f -$/,
  /^pfctl -s Running$/,
  /^pfctl -v -s Anchors$/,
  /^pfctl( -a \S+)?( -v)? -s (rules|nat|ether)$/,
  /^pfctl -a \S+ -s Tables$/,
  /^pfctl -a \S+ -t \S+ -T (show|(add|delete|replace)( \S+)+|replace -f -)$/,
  /^pfctl -k \S+( -k \S+)?$/,
  /^sysctl -n net\.link\.bridge\.pfil_\w+$/,
];

const owners = ['cf-one', 'cf-two', 'netdev'] as const;

/** The topology of the firewall suite on a simulated FreeBSD host, whose main ruleset calls the owners' anchors. */
export interface PfLab {
  host: FreeBsdHost;
  runner: Runner;
  /** Every pfctl that was run, with what it was given. */
  commands: { argv: readonly string[]; stdin: string | undefined }[];
  run(words: string, stdin?: string): string;
  probe: FirewallProbe;
}

export function createPfLab(version: 13 | 14): PfLab {
  const host = createFreeBsdHost({ version });
  const commands: PfLab['commands'] = [];
  const runner = createAnsweringRunner(({ argv, stdin }) => {
    if (!forms.some((form) => form.test(argv.join(' ')))) throw new Error(`no known form: ${argv.join(' ')}`);
    commands.push({ argv, stdin });
    return host.run(argv, { stdin });
  });
  const run = (words: string, stdin?: string): string => {
    const { exitCode, stdout, stderr } = host.run(words.split(' '), { stdin });
    if (exitCode !== 0) throw new Error(`${words}: ${stderr}`);
    return stdout;
  };
  host.addCard(uplink.device, ends.w1.mac);
  run(`ifconfig ${uplink.device} inet ${uplink.address} alias`);
  for (const [name, { address }] of Object.entries(bridges)) {
    run(`ifconfig bridge create name ${name}`);
    run(`ifconfig ${name} inet ${address} alias`);
    run(`ifconfig ${name} up`);
  }
  for (const { device, port } of Object.values(ends)) {
    if (port === device) continue;
    run(`ifconfig tap create name ${port}`);
    run(`ifconfig ${port} up`);
    run(`ifconfig ${device} addm ${port}`);
  }
  run('sysctl net.inet.ip.forwarding=1');
  run('sysctl net.link.bridge.pfil_member=1');
  run('sysctl net.link.bridge.pfil_bridge=0');
  run('sysctl net.link.bridge.pfil_local_phys=0');
  loadMain(run, version, []);
  return { host, runner, commands, run, probe: createProbe(host, run, version) };
}

/** The main ruleset of the host: what calls us, then rules of its owner. */
function loadMain(run: PfLab['run'], version: 13 | 14, own: readonly string[]): void {
  const call = (word: string): string[] => owners.map((owner) => `${word} "${owner}/*"`);
  const lines = [
    ...(version === 14 ? call('ether anchor') : []),
    ...['nat-anchor', 'rdr-anchor', 'binat-anchor', 'anchor'].flatMap(call),
    ...own,
  ];
  run('pfctl -f -', lines.map((line) => `${line}\n`).join(''));
}

/** The firewall suite's way to the simulated host. */
export const pfFirewall = (version: 13 | 14): FirewallFactory<PfLab> => ({
  setup: async () => createPfLab(version),
  open: ({ runner }, options: FirewallOptions) => createPfFirewall({ ...options, runner }),
  teardown: async () => {},
  probe: ({ probe }) => probe,
  breakRules: ({ run }) => emptyAnchors(run, 'cf-one'),
  foreignRules: ({ run }) =>
    rulesOfOthers(run, 'cf-one', ['rules', 'nat', ...(version === 14 ? ['ether'] : [])]),
});

type Guest = Exclude<FirewallEnd, 'router'>;

function createProbe(host: FreeBsdHost, run: PfLab['run'], version: 13 | 14): FirewallProbe {
  const listening = new Set<string>();
  let nextPort = 40_000;
  const addressOf = (end: Guest): string => ends[end].address.split('/')[0] ?? '';
  const endAt = (address: string): Guest | undefined =>
    (Object.keys(ends) as Guest[]).find((end) => addressOf(end) === address);
  const portTo = (address: string): string | undefined => {
    const end = endAt(address);
    return end === undefined || ends[end].port === ends[end].device ? undefined : ends[end].port;
  };
  const send = (end: FirewallEnd, packet: FreeBsdPacket) =>
    host.packet({
      ...packet,
      ...(end === 'router' ? {} : { in: ends[end].port, mac: ends[end].mac }),
      outPort: portTo(packet.to),
    });
  const connect = (from: FirewallEnd, source: string, address: string, port: number): string | undefined => {
    nextPort += 1;
    const opening = { protocol: 'tcp', from: source, fromPort: nextPort, to: address, toPort: port };
    // What is routed leaves by another port than what it was sent to tells.
    const first = send(from, opening);
    if (first.verdict === 'drop') return undefined;
    const seen = first.packet;
    const reached = first.verdict === 'input' ? 'router' : endAt(seen.to);
    if (reached === undefined || !listening.has(`${reached} ${seen.toPort}`)) return undefined;
    const back = send(reached, {
      protocol: 'tcp',
      from: seen.to,
      fromPort: seen.toPort,
      to: seen.from,
      toPort: seen.fromPort,
      flags: 'SA',
    });
    if (back.verdict === 'drop') return undefined;
    const isAnswer =
      back.packet.from === address &&
      back.packet.fromPort === port &&
      back.packet.to === source &&
      back.packet.toPort === opening.fromPort;
    return isAnswer ? seen.from : undefined;
  };
  return {
    async serve(end, port) {
      listening.add(`${end} ${port}`);
    },
    connect: async (from, address, port) =>
      connect(from, from === 'router' ? '203.0.113.2' : addressOf(from), address, port),
    connectFrom: async (from, source, address, port) => connect(from, source, address, port),
    async addAddress(address) {
      run(`ifconfig ${uplink.device} inet ${address}/32 alias`);
    },
    async refuseInput() {
      loadMain(run, version, ['block drop in inet from any to (self)']);
    },
  };
}
