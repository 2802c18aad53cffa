import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createIptablesFirewall, type Variant } from 'firewall-iptables';
import { createRunner, type Runner } from 'netdev-exec';
import { createLinuxNetDev } from 'netdev-linux';
import { addressOf, type End, FAR, layout, type OuterEnd, outerEnds } from './layout.js';
import { layOut, type ScenarioLab } from './scenario-lab.js';
import { type Arrival, PORTS, type Sent } from './scenarios.js';

/** How long the packets that are to arrive may take, and how long is waited then for those that are not. */
const ARRIVAL_MS = 20_000;
const GRACE_MS = 700;

let made = 0;

/** Says of whatever comes to one of the ports: its text, the port, from where. */
const server = `
  const say = (text, port, from) => console.log(JSON.stringify({ text: String(text), port, from: from.replace('::ffff:', '') }));
  let open = 0;
  const opened = () => { open += 1; if (open === 2 * ports.length) console.log('up'); };
  for (const port of ports) {
    require('net').createServer((s) => { s.on('error', () => {}); s.on('data', (text) => { say(text, port, s.remoteAddress); s.end(); }); }).listen(port, '0.0.0.0', opened);
    const u = require('dgram').createSocket('udp4'); u.on('message', (text, { address }) => say(text, port, address)); u.bind(port, '0.0.0.0', opened);
  }`;

/** Sends all; what is refused or not answered is no matter of its own. */
const client = `
  for (const { text, protocol, to, port, source } of packets) {
    if (protocol === 'tcp') {
      const s = require('net').connect({ host: to, port, localAddress: source });
      s.on('error', () => {}); s.on('connect', () => s.end(text)); s.unref();
    } else {
      const u = require('dgram').createSocket('udp4');
      u.on('error', () => {}); u.bind(0, source, () => u.send(text, port, to, () => {})); u.unref();
    }
  }
  setTimeout(() => {}, ${2 * ARRIVAL_MS});`;

/** The layout in network namespaces of this kernel, with packets that are really sent. */
export async function createLinuxLab(variant: Exclude<Variant, 'auto'>): Promise<ScenarioLab> {
  made += 1;
  const spaceOf = (end: End): string => `pf${process.pid}x${made}${end}`;
  const inside = (end: End, ...argv: string[]): void => {
    execFileSync('ip', ['netns', 'exec', spaceOf(end), ...argv]);
  };
  const ends: End[] = ['host', ...outerEnds];
  for (const end of ends) {
    execFileSync('ip', ['netns', 'add', spaceOf(end)]);
    inside(end, 'ip', 'link', 'set', 'lo', 'up');
  }
  for (const end of outerEnds) {
    const { port, address, mac } = layout.ends[end];
    const peer = ['peer', 'name', 'eth0', 'address', mac, 'netns', spaceOf(end)];
    inside('host', 'ip', 'link', 'add', 'name', port, 'type', 'veth', ...peer);
    inside('host', 'ip', 'link', 'set', port, 'up');
    inside(end, 'ip', 'address', 'add', address, 'dev', 'eth0');
    inside(end, 'ip', 'link', 'set', 'eth0', 'up');
    inside(end, 'ip', 'route', 'add', 'default', 'via', gatewayOf(end));
  }
  inside('world', 'ip', 'address', 'add', `${FAR}/32`, 'dev', 'eth0');
  inside('host', 'ip', 'route', 'add', 'default', 'via', addressOf('world'), 'dev', 'ext0', 'onlink');

  const namespace = { name: spaceOf('host') };
  const netdev = await createLinuxNetDev({ namespace });
  await layOut(netdev);
  const firewall = await createIptablesFirewall({ owner: 'nova', namespace, variant });

  const servers: ChildProcess[] = [];
  const listeners = new Map<string, (arrival: Arrival) => void>();
  const listen = async (end: End): Promise<void> => {
    const code = `const ports = ${JSON.stringify(PORTS)}; ${server}`;
    const child = spawn('ip', ['netns', 'exec', spaceOf(end), process.execPath, '-e', code]);
    servers.push(child);
    await new Promise<void>((ready) => {
      let rest = '';
      child.stdout.on('data', (chunk: Buffer) => {
        const lines = (rest + String(chunk)).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) {
          if (line === 'up') ready();
          else {
            const { text, port, from } = JSON.parse(line) as { text: string; port: number; from: string };
            listeners.get(text)?.({ at: end, port, from });
          }
        }
      });
    });
  };
  await Promise.all(ends.map(listen));

  return {
    netdev,
    firewall,
    runner: withoutFrames(createRunner().inNamespace(namespace)),
    refuseInput: async () => inside('host', `iptables-${variant}`, '-P', 'INPUT', 'DROP'),
    async send(packets, { arriving }) {
      const arrivals: (Arrival | undefined)[] = packets.map(() => undefined);
      for (const place of packets.keys()) {
        listeners.set(`packet ${place}`, (arrival) => {
          arrivals[place] = arrival;
        });
      }
      const clients = ends.flatMap((end) => {
        const own = packets.flatMap((packet, place) =>
          packet.from === end ? [{ ...packet, text: `packet ${place}` }] : [],
        );
        return own.length === 0 ? [] : [sendFrom(spaceOf(end), own)];
      });
      const start = performance.now();
      while (arrivals.filter(Boolean).length < arriving && performance.now() - start < ARRIVAL_MS)
        await sleep(20);
      await sleep(GRACE_MS);
      for (const client of clients) client.kill('SIGKILL');
      return arrivals;
    },
    async close() {
      for (const child of servers) child.kill('SIGKILL');
      await firewall.close();
      await netdev.close();
      for (const end of ends) execFileSync('ip', ['netns', 'delete', spaceOf(end)]);
    },
  };
}

/**
 * The original's rule for frames has guests' packets to a floating address of their own network routed, where bridged packets pass
 * iptables. Here they do not, and ebtables of nft cannot match a bridge on every kernel (CONFIG_NFT_BRIDGE_META).
 */
function withoutFrames(runner: Runner): Runner {
  return {
    ...runner,
    run: async (argv, options) =>
      argv[0] === 'ebtables' ? { argv, exitCode: 0, stdout: '', stderr: '' } : runner.run(argv, options),
  };
}

function gatewayOf(end: OuterEnd): string {
  const { bridges, uplink } = layout;
  const { bridge } = layout.ends[end] as { bridge?: string };
  const address = bridges.find(({ name }) => name === bridge)?.address ?? uplink.address;
  return address.split('/')[0] as string;
}

function sendFrom(space: string, packets: readonly (Sent & { text: string })[]): ChildProcess {
  const code = `const packets = ${JSON.stringify(packets)}; ${client}`;
  return spawn('ip', ['netns', 'exec', space, process.execPath, '-e', code], { stdio: 'inherit' });
}
