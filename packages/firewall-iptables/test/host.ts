import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
let made = 0;

/** A router in a namespace of its own, with neighbours in theirs: `a` and `b` on bridges, `w` outside. */
export interface Lab {
  /** The router's namespace. */
  router: string;
  /** Runs a command in the router's namespace, or in a neighbour's; gives its output. */
  run(where: 'router' | string, ...argv: string[]): Promise<string>;
  /** Starts a TCP echo of the peer's address in a neighbour. */
  serve(where: string, port: number): Promise<void>;
  /** The address that a server saw, or `undefined` when nothing came back. */
  connect(where: string, address: string, port: number): Promise<string | undefined>;
  /** The same from an address that the neighbour takes for it. */
  connectFrom(where: string, source: string, address: string, port: number): Promise<string | undefined>;
  remove(): Promise<void>;
}

interface Neighbour {
  name: string;
  bridge?: string;
  address: string;
  gateway: string;
  mac: string;
}

const neighbours: readonly Neighbour[] = [
  { name: 'a1', bridge: 'br-a', address: '10.1.0.11/24', gateway: '10.1.0.1/24', mac: '02:00:5e:10:00:a1' },
  { name: 'a2', bridge: 'br-a', address: '10.1.0.12/24', gateway: '10.1.0.1/24', mac: '02:00:5e:10:00:a2' },
  { name: 'b1', bridge: 'br-b', address: '10.2.0.11/24', gateway: '10.2.0.1/24', mac: '02:00:5e:10:00:b1' },
  { name: 'w1', address: '203.0.113.1/24', gateway: '203.0.113.2/24', mac: '02:00:5e:10:00:01' },
];

/** Builds the lab with iproute2 only, so that what is tested is the firewall alone. */
export async function createLab(): Promise<Lab> {
  made += 1;
  const prefix = `fw${process.pid}x${made}`;
  const spaceOf = (where: string): string => `${prefix}${where}`;
  const inside = async (where: string, ...argv: string[]): Promise<string> =>
    (await run('ip', ['netns', 'exec', spaceOf(where), ...argv])).stdout;
  const connect = async (
    where: string,
    source: string | undefined,
    address: string,
    port: number,
  ): Promise<string | undefined> => {
    const options = JSON.stringify({ port, host: address, localAddress: source });
    const code = `const s = require('net').connect(${options}); s.setTimeout(800, () => process.exit(1)); s.on('error', () => process.exit(1)); s.on('data', (d) => { process.stdout.write(d); process.exit(0); })`;
    return inside(where, process.execPath, '-e', code).catch(() => undefined);
  };
  const names = ['router', ...neighbours.map(({ name }) => name)];
  const pids: number[] = [];

  for (const name of names) {
    await run('ip', ['netns', 'add', spaceOf(name)]);
    await inside(name, 'ip', 'link', 'set', 'lo', 'up');
  }
  for (const bridge of ['br-a', 'br-b']) {
    await inside('router', 'ip', 'link', 'add', 'name', bridge, 'type', 'bridge', 'forward_delay', '0');
    await inside('router', 'ip', 'link', 'set', bridge, 'up');
  }
  for (const { name, bridge, address, gateway, mac } of neighbours) {
    const port = bridge === undefined ? 'uplink' : `p-${name}`;
    await inside(
      'router',
      'ip',
      'link',
      'add',
      'name',
      port,
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'address',
      mac,
      'netns',
      spaceOf(name),
    );
    if (bridge !== undefined) {
      await inside('router', 'ip', 'link', 'set', port, 'master', bridge);
      // Where bridged packets are translated, a guest reaches its own floating address only so.
      await inside('router', 'ip', 'link', 'set', port, 'type', 'bridge_slave', 'hairpin', 'on');
    }
    await inside('router', 'ip', 'link', 'set', port, 'up');
    await inside('router', 'ip', 'address', 'replace', gateway, 'dev', bridge ?? port);
    await inside(name, 'ip', 'address', 'add', address, 'dev', 'eth0');
    await inside(name, 'ip', 'link', 'set', 'eth0', 'up');
    if (bridge !== undefined)
      await inside(name, 'ip', 'route', 'add', 'default', 'via', gateway.split('/')[0] as string);
  }
  await inside('router', 'sysctl', '-qw', 'net.ipv4.ip_forward=1');

  return {
    router: spaceOf('router'),
    run: inside,
    async serve(where, port) {
      const code = `require('net').createServer((s) => { s.on('error', () => {}); s.end(s.remoteAddress.replace('::ffff:', '')); }).listen(${port}, '0.0.0.0', () => console.log('up'))`;
      const child = execFile('ip', ['netns', 'exec', spaceOf(where), process.execPath, '-e', code]);
      pids.push(child.pid as number);
      await new Promise((resolve) => child.stdout?.once('data', resolve));
    },
    connect: (where, address, port) => connect(where, undefined, address, port),
    async connectFrom(where, source, address, port) {
      await inside(where, 'ip', 'address', 'replace', `${source}/32`, 'dev', 'eth0');
      return connect(where, source, address, port);
    },
    async remove() {
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      for (const name of names) await run('ip', ['netns', 'delete', spaceOf(name)]);
    },
  };
}
