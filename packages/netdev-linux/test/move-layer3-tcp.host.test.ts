import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { createLinuxNetDev } from 'netdev-linux';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ipAll, ipJson, sh, shownAddresses, testNamespace } from './host.js';

const host = testNamespace('layer3tcp');
const peer = testNamespace('layer3peer');

const server = `
  const sockets = require('node:net').createServer((socket) => socket.on('data', (data) => socket.write(data)));
  sockets.listen({ host: process.argv[1], port: 7 }, () => console.log('listening'));`;

const client = `
  const socket = require('node:net').connect({ host: process.argv[1], port: 7 }, () => console.log('connected'));
  socket.on('data', (data) => process.stdout.write(data));
  socket.on('error', (error) => console.log(String(error)));
  socket.on('close', () => console.log('closed'));
  process.stdin.pipe(socket);`;

const started: ChildProcess[] = [];

/** A program of a namespace that is told lines and answers with lines. */
function talk(namespace: string, program: string, address: string) {
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', program, address], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  started.push(child);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => (await lines.next()).value;
  return {
    next,
    say: (line: string): Promise<string> => {
      child.stdin.write(`${line}\n`);
      return next();
    },
  };
}

beforeAll(() => ipAll(peer, 'address add 198.51.100.1/32 dev lo\n -6 address add 2001:db8:1::1/128 dev lo'));
beforeEach(() => {
  for (const namespace of [host, peer])
    sh('ip', 'netns', 'exec', namespace, 'sysctl', '-qw', 'net.ipv6.conf.default.accept_dad=0');
  ipAll(
    host,
    `link add name eth0 type veth peer name eth0 netns ${peer}
     link add name br0 type bridge
     link set dev eth0 up
     link set dev br0 up
     address add 192.0.2.10/24 dev eth0
     address add 192.0.2.11/24 dev eth0
     address add 2001:db8::10/64 dev eth0
     route add default via 192.0.2.1
     -6 route add default via 2001:db8::1`,
  );
  // The client is behind a router, so that answers take the default route.
  ipAll(
    peer,
    `link set dev eth0 up
     address add 192.0.2.1/24 dev eth0
     address add 2001:db8::1/64 dev eth0
     route change 192.0.2.0/24 dev eth0 src 198.51.100.1
     -6 route add 2001:db8::/64 dev eth0 src 2001:db8:1::1 metric 1`,
  );
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  ipAll(host, 'link delete dev eth0\n link delete dev br0');
});

describe('a TCP connection through an address of a port', () => {
  it.each([
    ['IPv4, by the first address', '192.0.2.10'],
    ['IPv4, by a secondary address', '192.0.2.11'],
    ['IPv6', '2001:db8::10'],
  ])('goes on when layer 3 moves to its bridge and back: %s', async (_, address) => {
    expect(await talk(host, server, address).next()).toBe('listening');
    const connection = talk(peer, client, address);
    expect(await connection.next()).toBe('connected');
    expect(await connection.say('before')).toBe('before');
    await using driver = await createLinuxNetDev({ namespace: { name: host } });

    await driver.updateLink('eth0', { master: 'br0' });
    await driver.moveLayer3('eth0', 'br0');
    expect(shownAddresses(host, 'eth0')).toEqual([]);
    expect(shownAddresses(host, 'br0').map(({ local }) => local)).toContain(address);
    expect(ipJson(host, 'route', 'show', 'default')).toMatchObject([{ gateway: '192.0.2.1', dev: 'br0' }]);
    for (let count = 0; count < 20; count++)
      expect(await connection.say(`moved ${count}`)).toBe(`moved ${count}`);
    const long = 'x'.repeat(100_000);
    expect(await connection.say(long)).toBe(long);

    await driver.moveLayer3('br0', 'eth0');
    await driver.updateLink('eth0', { master: null });
    expect(await connection.say('back')).toBe('back');
  });
});
