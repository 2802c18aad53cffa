import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const sandbox = fileURLToPath(new URL('../sandbox.mjs', import.meta.url));

function inSandbox(...command: string[]) {
  return spawnSync(process.execPath, [sandbox, ...command], { encoding: 'utf8' });
}

test('the command sees a network, a /sys, a /run and a /proc of its own', () => {
  const show =
    'readlink /proc/self/ns/net; echo $NETDEV_SANDBOX; ls /sys/class/net; ls -d /proc/1 /run/lock /run/netns';
  const { stdout, status } = inSandbox('sh', '-c', `touch /run/sandbox-was-here; ${show}`);
  expect(status).toBe(0);
  const [network, mark, ...seen] = stdout.trim().split('\n');
  expect(network).toMatch(/^net:/);
  expect(network).not.toBe(readlinkSync('/proc/self/ns/net'));
  expect(mark).toBe('1');
  expect(seen).toEqual(['lo', '/proc/1', '/run/lock', '/run/netns']);
  expect(existsSync('/run/sandbox-was-here')).toBe(false);
});

test('named namespaces, devices and legacy rules can be made, and nothing of them is seen outside', () => {
  const make =
    'ip netns add inner && ip link add sandboxbr0 type bridge && iptables-legacy -t nat -A POSTROUTING -j MASQUERADE';
  const { stdout, stderr, status } = inSandbox('sh', '-c', `${make} && iptables-legacy-save`);
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain('-A POSTROUTING -j MASQUERADE');
  expect(existsSync('/run/netns/inner')).toBe(false);
  expect(readdirSync('/sys/class/net')).not.toContain('sandboxbr0');
});

test.each([
  ['exit 0', 0],
  ['exit 3', 3],
  ['kill -TERM $$', 143],
])('the exit status of `%s` is handed on', (command, status) => {
  expect(inSandbox('sh', '-c', command).status).toBe(status);
});

test('a daemon left behind ends with the command', () => {
  const mark = `49${process.pid}`;
  expect(inSandbox('sh', '-c', `setsid sleep ${mark} & sleep 0.1`).status).toBe(0);
  expect(processesWith(mark)).toEqual([]);
});

test('ending the sandbox ends everything in it', async () => {
  const mark = `48${process.pid}`;
  const child = spawn(process.execPath, [
    sandbox,
    'sh',
    '-c',
    `setsid sleep ${mark} & echo up; sleep ${mark}`,
  ]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  expect(processesWith(mark)).not.toEqual([]);
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.kill('SIGTERM');
  await ended;
  expect(processesWith(mark)).toEqual([]);
});

function processesWith(mark: string) {
  const { stdout } = spawnSync('ps', ['-e', '-o', 'args='], { encoding: 'utf8' });
  return stdout.split('\n').filter((line) => line.includes(mark));
}
