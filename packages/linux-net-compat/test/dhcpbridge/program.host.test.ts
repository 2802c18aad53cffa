import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BridgeLab, brokenHandlers, listen, makeBridgeLab, program } from './bridge-lab.js';

let lab: BridgeLab;
beforeEach(async () => {
  lab = await makeBridgeLab();
});
afterEach(() => lab.close());

const mac = '02:00:00:00:00:03';
const addressesOf = (events: readonly { action: string; lease: { address: string } }[]) =>
  events.map(({ action, lease }) => `${action} ${lease.address}`);

describe('a handler module', () => {
  it('gets the events, and says what to start with', async () => {
    await lab.useHandler('', `return [{ address: '10.0.0.3', mac: '${mac}', hostname: 'Web', expires: 0 }]`);
    for (const action of ['add', 'old', 'del']) {
      expect(await lab.run(action, mac, '10.0.0.3', 'web')).toMatchObject({
        exitCode: 0,
        stdout: '',
        stderr: '',
      });
    }
    expect(addressesOf(await lab.seen())).toEqual(['add 10.0.0.3', 'old 10.0.0.3', 'del 10.0.0.3']);
    expect(await lab.run('init')).toMatchObject({
      exitCode: 0,
      stdout: `0 ${mac} 10.0.0.3 web *\n`,
      stderr: '',
    });
  });

  it('may print: that is no lease', async () => {
    await lab.useHandler(`console.log('1 2 3 4 5'); process.stdout.write('6 7 8 9 10\\n')`);
    const { exitCode, stdout, stderr } = await lab.run('init');
    expect([exitCode, stdout, stderr]).toEqual([0, '', '']);
    expect(await lab.log()).toContain('1 2 3 4 5\n');
  });

  it('may leave a process behind without anybody waiting for it', async () => {
    const start = `(await import('node:child_process')).spawn('sleep', ['60'], { stdio: 'inherit' })`;
    await lab.useHandler(start);
    const { exitCode, took } = await lab.run('add', mac, '10.0.0.3');
    expect(exitCode).toBe(0);
    expect(took).toBeLessThan(10_000);
    expect(addressesOf(await lab.seen())).toEqual(['add 10.0.0.3']);
  });

  it('that asks for nothing is not asked: other actions, and a configuration that is wrong', async () => {
    await lab.useHandler();
    expect(await lab.run('tftp', '5', '10.0.0.3', '/f')).toMatchObject({ exitCode: 0, stderr: '' });
    await lab.configure({ handler: 'handler.mjs', socket: '/run/x' });
    expect(await lab.run('add', mac, '10.0.0.3')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^linux-net-dhcpbridge: .*one of handler and socket\n$/),
    });
    expect(await lab.seen()).toEqual([]);
  });
});

describe.each(Object.entries(brokenHandlers))('a handler that %s', (name, code) => {
  // What is waited for in vain anyway is not waited for as long as a good handler may take.
  const configured = { handler: 'handler.mjs', ...(name.endsWith('for ever') ? { timeoutMs: 1000 } : {}) };

  it('costs no event and little time', async () => {
    await lab.useHandler(code);
    await lab.configure(configured);
    for (const address of ['10.0.0.3', '10.0.0.4']) {
      const { exitCode, stderr, took } = await lab.run('add', mac, address);
      expect(exitCode).toBe(0);
      expect(stderr).toContain(`add ${address} is kept: `);
      expect(took).toBeLessThan(10_000);
    }
    await lab.useHandler();
    expect(await lab.run('del', mac, '10.0.0.3')).toMatchObject({ exitCode: 0 });
    await expect
      .poll(async () => addressesOf(await lab.seen()), { timeout: 10_000 })
      .toEqual(['add 10.0.0.3', 'add 10.0.0.4', 'del 10.0.0.3']);
    await expect.poll(lab.journal).toBe('');
  });

  it('does not keep dnsmasq from starting with the leases known last', async () => {
    await lab.useHandler();
    expect(await lab.run('init')).toMatchObject({ exitCode: 0, stdout: '' });
    await lab.useHandler('', code);
    await lab.run('add', mac, '10.0.0.3', 'web');
    await lab.configure(configured);
    const { exitCode, stdout, stderr } = await lab.run('init');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(`^\\d+ ${mac} 10.0.0.3 web \\*\\n$`)]);
    expect(stderr).toContain('the leases known last are taken');
  });

  it('lets nothing start when nothing is known', async () => {
    await lab.useHandler(code);
    await lab.configure(configured);
    expect(await lab.run('init')).toMatchObject({
      exitCode: 1,
      stdout: '',
      stderr: expect.stringContaining('no leases were told before'),
    });
  });
});

describe('a handler module that is none', () => {
  it.each([
    ['is missing', { handler: 'none.mjs' }, /Cannot find module/],
    ['lacks functions', { handler: 'part.mjs' }, /exports no function old, init/],
  ])('%s: the event is kept', async (_, entries, message) => {
    await writeFile(join(lab.folder, 'part.mjs'), 'export const add = () => {}, del = add, old = 1;');
    await lab.configure(entries);
    const { exitCode, stderr } = await lab.run('add', mac, '10.0.0.3');
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(message)]);
    await lab.useHandler();
    await lab.run('del', mac, '10.0.0.3');
    expect(addressesOf(await lab.seen())).toEqual(['add 10.0.0.3', 'del 10.0.0.3']);
  });
});

describe('who answers init wrongly', () => {
  it.each([
    [`return [{ address: '10.0.0.4', mac: '${mac}' }, { address: '10.0.0.5' }]`, /leases\[1\]\.mac/],
    [`return undefined`, /neither leases nor error/],
    [`return 'x\\n0 ${mac} 10.0.0.9 * *'`, /is not a list of leases/],
  ])('is not believed in part: %s', async (code, message) => {
    await lab.useHandler('', code);
    await lab.run('add', mac, '10.0.0.3');
    const { exitCode, stdout, stderr } = await lab.run('init');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(`^\\d+ ${mac} 10.0.0.3 \\* \\*\\n$`)]);
    expect(stderr).toMatch(message);
  });
});

describe('a socket', () => {
  it('gets what was told while nobody listened, once somebody does', async () => {
    const path = join(lab.folder, 'socket');
    await lab.configure({ socket: 'socket' });
    expect(await lab.run('add', mac, '10.0.0.3')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('ENOENT'),
    });
    const requests: string[] = [];
    const server = await listen(path, (request) => {
      requests.push(request.action);
      if (request.action !== 'init') return '{"ok":true}';
      return JSON.stringify({ leases: [{ address: '10.0.0.3', mac, expires: 5 }] });
    });
    expect(await lab.run('init')).toMatchObject({
      exitCode: 0,
      stdout: `5 ${mac} 10.0.0.3 * *\n`,
      stderr: '',
    });
    await new Promise((resolve) => server.close(resolve));
    expect(requests).toEqual(['add', 'init']);
  });

  it.each([
    ['sends an empty line', () => '', /no JSON/],
    ['hangs up', () => undefined, /closed the connection/],
    ['answers nonsense', () => 'ok', /its answer is no JSON/],
    ['refuses', () => '{"error":"no\\nspace"}', /cannot have handled add: no space\n$/],
    ['forgets what to say', () => '{}', /neither ok nor error/],
  ])('whose owner %s costs no event', async (_, answer, message) => {
    const server = await listen(join(lab.folder, 'socket'), answer);
    await lab.configure({ socket: 'socket' });
    const { exitCode, stderr } = await lab.run('add', mac, '10.0.0.3');
    server.close();
    expect([exitCode, stderr]).toEqual([0, expect.stringMatching(message)]);
    expect(await lab.journal()).toContain('10.0.0.3');
  });

  it('whose owner never answers is left after the time allowed', async () => {
    const server = createServer((socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(join(lab.folder, 'socket'), resolve));
    await lab.configure({ socket: 'socket', timeoutMs: 300 });
    const { exitCode, stderr, took } = await lab.run('add', mac, '10.0.0.3');
    server.close();
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('ended by SIGKILL; see ')]);
    expect(await lab.log()).toBe('no answer within 300 ms\n');
    expect(took).toBeLessThan(10_000);
  });
});

it('runs of two servers of one network at the same time hand everything on, each once', async () => {
  await lab.useHandler();
  await lab.configure({ handler: 'handler.mjs', timeoutMs: 30_000 });
  const tell = async (server: number) => {
    for (let guest = 1; guest <= 8; guest += 1) await lab.run('add', mac, `10.0.${server}.${guest}`);
  };
  await Promise.all([tell(1), tell(2)]);
  const seen = addressesOf(await lab.seen());
  expect([seen.length, new Set(seen).size, await lab.journal()]).toEqual([16, 16, '']);
  for (const server of [1, 2]) {
    const own = seen.filter((text) => text.startsWith(`add 10.0.${server}.`));
    expect(own).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((guest) => `add 10.0.${server}.${guest}`));
  }
});

it('a handler that takes its time keeps dnsmasq from telling nothing, and gets all of it', async () => {
  await lab.useHandler(`await new Promise((resolve) => setTimeout(resolve, 700))`);
  await lab.configure({ handler: 'handler.mjs', timeoutMs: 20_000, waitMs: 0 });
  for (let guest = 1; guest <= 6; guest += 1) {
    const { exitCode, stderr } = await lab.run('add', mac, `10.0.0.${guest}`);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('the handler is still busy')]);
  }
  expect((await lab.seen()).length).toBeLessThan(6);
  await expect
    .poll(async () => addressesOf(await lab.seen()), { timeout: 20_000 })
    .toEqual([1, 2, 3, 4, 5, 6].map((guest) => `add 10.0.0.${guest}`));
  await expect.poll(lab.journal).toBe('');
});

it('a handler that loops for ever is ended, and the event that it left is handed on by the next run', async () => {
  await lab.useHandler(brokenHandlers['loops for ever']);
  await lab.configure({ handler: 'handler.mjs', timeoutMs: 1500, waitMs: 0 });
  expect(await lab.run('add', mac, '10.0.0.3')).toMatchObject({ exitCode: 0 });
  await expect.poll(lab.log, { timeout: 10_000 }).toContain('no answer within 1500 ms');
  await lab.useHandler();
  expect(await lab.run('old', mac, '10.0.0.3')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(addressesOf(await lab.seen())).toEqual(['add 10.0.0.3', 'old 10.0.0.3']);
});

it('an event that cannot be kept is handed on all the same', async () => {
  await lab.useHandler();
  const state = join(lab.folder, 'state/7');
  await mkdir(state, { recursive: true });
  const run = promisify(execFile);
  await run('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', state]);
  try {
    await writeFile(join(state, 'full'), Buffer.alloc(65_536)).catch(() => {});
    await lab.configure({ handler: 'handler.mjs', timeoutMs: 20_000 });
    const { exitCode, stderr } = await lab.run('add', mac, '10.0.0.3');
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('the event is not kept: ')]);
    expect(addressesOf(await lab.seen())).toEqual(['add 10.0.0.3']);
    await lab.useHandler(brokenHandlers.throws);
    expect(await lab.run('add', mac, '10.0.0.4')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('add 10.0.0.4 may be lost: no database'),
    });
  } finally {
    await run('umount', ['--lazy', state]);
  }
});

it('the program loads nothing but itself and parts of Node, since it is started for every lease', async () => {
  const text = await readFile(program, 'utf8');
  const imported = [...text.matchAll(/^import .*? from ["'](.*)["'];$/gm)].map(([, name = '']) => name);
  expect(imported).toContain('child_process');
  expect(imported.filter((name) => !builtinModules.includes(name.replace(/^node:/, '')))).toEqual([]);
});
