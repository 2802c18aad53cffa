import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { NamespaceRef } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { describe, expect, it } from 'vitest';
import { resources, testNamespace } from './host.js';

const namespace = testNamespace('lifecycle');
const folder = fileURLToPath(new URL('..', import.meta.url));

/** A user who may do nothing but read this checkout, wherever it lies. */
const nobody = [
  'setpriv',
  '--reuid=65534',
  '--regid=65534',
  '--clear-groups',
  '--inh-caps=+dac_read_search',
  '--ambient-caps=+dac_read_search',
];

/** Runs a program that uses the package as any other would. */
function program(source: string, { cjs, asNobody }: { cjs?: true; asNobody?: true } = {}) {
  const flags = cjs === undefined ? ['--input-type=module'] : [];
  const node = [process.execPath, ...flags, '--eval', source];
  // A user namespace of its own with one id, in which the program has every privilege over its network.
  const [command = '', ...args] = asNobody === undefined ? node : [...nobody, ...node];
  const start = performance.now();
  const { status, stdout, stderr, signal } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 10_000,
  });
  return {
    status: status ?? signal,
    output: stdout.trim(),
    errors: stderr.trim(),
    milliseconds: performance.now() - start,
  };
}

/** Whether /dev/net/tun is for everybody, as Debian has it. */
function isTunOpen(): boolean {
  return (statSync('/dev/net/tun').mode & 0o006) === 0o006;
}

const esm = "import { createLinuxNetDev } from 'netdev-linux';";

describe('a program', () => {
  it('ends by itself though it closed nothing', () => {
    const run = program(`${esm}
      const driver = await createLinuxNetDev();
      console.log((await driver.listLinks()).map(({ name }) => name).includes('lo'));`);
    expect(run).toMatchObject({ status: 0, output: 'true', errors: '' });
    expect(run.milliseconds).toBeLessThan(3000);
  });

  it('stays for what it waits for', () => {
    const run = program(`${esm}
      const driver = await createLinuxNetDev();
      for await (const event of driver.watch({ signal: AbortSignal.timeout(300) })) void event;
      console.log('ended');
      await driver.close();`);
    expect(run).toMatchObject({ status: 0, output: 'ended', errors: '' });
  });

  it.each([
    ['process.exit', 'process.exit(7)', 7],
    [
      'an error that nobody caught',
      "process.exitCode = 7; setTimeout(() => { throw new Error('thrown') })",
      1,
    ],
  ])('that watches is not held up at its end by %s', (_, end, status) => {
    const run = program(`${esm}
      const driver = await createLinuxNetDev();
      const events = driver.watch()[Symbol.asyncIterator]();
      events.next();
      await driver.listLinks();
      ${end};`);
    expect(run.status).toBe(status);
    expect(run.milliseconds).toBeLessThan(3000);
  });

  it('that terminates the thread that watches is not held up for long', () => {
    const run = program(`
      import { once } from 'node:events';
      import { Worker } from 'node:worker_threads';
      const code = \`
        const { createLinuxNetDev } = require('netdev-linux');
        createLinuxNetDev().then(async (driver) => {
          driver.watch()[Symbol.asyncIterator]().next();
          await driver.listLinks();
          require('node:worker_threads').parentPort.postMessage('watching');
        });\`;
      const worker = new Worker(code, { eval: true, execArgv: [] });
      await once(worker, 'message');
      await worker.terminate();
      console.log('terminated');`);
    expect(run).toMatchObject({ status: 0, output: 'terminated' });
    expect(run.milliseconds).toBeLessThan(4000);
  });

  it('written as CommonJS gets the same', () => {
    const run = program(
      `const { createLinuxNetDev } = require('netdev-linux');
       createLinuxNetDev().then(async (driver) => {
         console.log((await driver.getLink('lo')).kind);
         await driver.close();
       });`,
      { cjs: true },
    );
    expect(run).toMatchObject({ status: 0, output: 'loopback', errors: '' });
  });

  it('finds it by the platform', () => {
    const run = program(`
      import { resolve } from 'netdev-core';
      const driver = await resolve('netdev', 'auto', {}, { load: () => import('netdev-linux') });
      console.log(driver.name);
      await driver.close();`);
    expect(run).toMatchObject({ status: 0, output: 'netdev-linux' });
  });

  it('on another platform can import it, and is told when it makes a driver', () => {
    const run = program(`
      Object.defineProperty(process, 'platform', { value: 'darwin' });
      const { createLinuxNetDev, toShellCommands } = await import('netdev-linux');
      console.log(toShellCommands({ do: 'create-namespace', name: 'x' }).flat().join(' '));
      await createLinuxNetDev().catch((error) => console.log(error.message));`);
    expect(run.output).toMatch(/^ip netns add x\n.*this is darwin/);
  });

  it('without privilege can read, and is told what it needs to change anything', () => {
    const run = program(
      `${esm}
      const driver = await createLinuxNetDev();
      console.log((await driver.getLink('lo')).mtu);
      for (const work of [
        () => driver.createLink({ kind: 'bridge', name: 'br0' }),
        () => driver.createLink({ kind: 'tap', name: 'tap0' }),
        () => driver.setForwarding('ipv4', !(await driver.getForwarding('ipv4'))),
        () => driver.createNamespace('x'),
        () => driver.inNamespace({ name: '${namespace}' }),
      ]) await work().then(() => console.log('done'), ({ code, message }) => console.log(code, message));
      await driver.close();`.replace('() => driver.setForwarding', 'async () => driver.setForwarding'),
      { asNobody: true },
    );
    const [mtu, ...refusals] = run.output.split('\n');
    expect([run.errors, mtu]).toEqual(['', '65536']);
    expect(refusals).toHaveLength(5);
    for (const line of refusals)
      expect(line).toMatch(/^(PERMISSION_DENIED|UNSUPPORTED) cannot .*(EPERM|not permitted|denied|EACCES)/);
    expect(refusals.filter((line) => line.startsWith('UNSUPPORTED'))).toHaveLength(isTunOpen() ? 0 : 1);
    expect(refusals[0]).toMatch(/CAP_NET_ADMIN.*unshare -rn/);
    expect(refusals[1]).toMatch(/create tap tap0: .*\/dev\/net\/tun.*chmod/);
  });
});

it('tells somebody without privilege the same capabilities, but for taps where their file is not for everybody', async () => {
  const run = program(
    `${esm}
    const driver = await createLinuxNetDev();
    console.log(JSON.stringify([...driver.capabilities].sort()));
    await driver.close();`,
    { asNobody: true },
  );
  await using driver = await createLinuxNetDev();
  const byTun = isTunOpen() ? [] : ['tap', 'tun', 'tap-owner', 'multiqueue'];
  const expected = [...driver.capabilities].filter((capability) => !byTun.includes(capability)).sort();
  expect(JSON.parse(run.output)).toEqual(expected);
});

it('leaves no descriptor and no thread behind', async () => {
  const cycle = async () => {
    const driver = await createLinuxNetDev({ namespace: { name: namespace } });
    await driver.createNamespace('lifecycle-x');
    const there = await driver.inNamespace({ name: 'lifecycle-x' });
    const events = there.watch()[Symbol.asyncIterator]();
    const first = events.next();
    await there.createLink({ kind: 'bridge', name: 'br0' });
    await first;
    await driver.createLink({
      kind: 'veth',
      name: 'v',
      peer: { name: 'w', namespace: { name: 'lifecycle-x' } },
    });
    await driver.createLink({ kind: 'tap', name: 't' });
    await driver.deleteLink('t');
    await driver.deleteLink('v');
    await expect(driver.inNamespace({ name: 'absent' })).rejects.toThrow();
    await driver.deleteNamespace('lifecycle-x');
    await there.close();
    await driver.close();
    await driver.close();
  };
  await cycle();
  const before = resources();
  for (let count = 0; count < 5; count++) await cycle();
  expect(resources()).toEqual(before);
});

it('leaves no descriptor behind of 60 namespaces, opened by name, path and pid', {
  timeout: 120_000,
}, async () => {
  const driver = await createLinuxNetDev({ namespace: { name: namespace } });
  const names = Array.from({ length: 60 }, (_, number) => `many-${number}`);
  for (const name of names) await driver.createNamespace(name);
  const holder = spawn('ip', ['netns', 'exec', 'many-0', 'sleep', '60']);
  await once(holder, 'spawn');
  await expect
    .poll(() => readlinkSync(`/proc/${holder.pid}/ns/net`))
    .not.toBe(readlinkSync('/proc/self/ns/net'));
  const visit = async (target: NamespaceRef): Promise<void> => {
    const there = await driver.inNamespace(target);
    expect((await there.listLinks()).map(({ name }) => name)).toEqual(['lo']);
    await there.close();
  };
  await visit({ name: 'many-0' });
  const before = resources();
  for (const [place, name] of names.entries()) {
    if (place % 3 === 0) await visit({ name });
    else if (place % 3 === 1) await visit({ path: `/run/netns/${name}` });
    else await visit({ pid: holder.pid ?? 0 });
  }
  expect(resources()).toEqual(before);
  const ended = once(holder, 'exit');
  holder.kill();
  await ended;
  for (const name of names) await driver.deleteNamespace(name);
  expect((await driver.listNamespaces()).filter((name) => name.startsWith('many-'))).toEqual([]);
  await driver.close();
});

it('is closed once, and then says so', async () => {
  const driver = await createLinuxNetDev({ namespace: { name: namespace } });
  const reading = driver.listLinks();
  await Promise.all([driver.close(), driver.close()]);
  expect(await reading).toHaveLength(1);
  for (const call of [
    () => driver.listLinks(),
    () => driver.createLink({ kind: 'bridge', name: 'br0' }),
    () => driver.getForwarding('ipv4'),
    () => driver.deleteNamespace('x'),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: 'CLOSED' });
  }
});

it('answers many callers at once', async () => {
  await using driver = await createLinuxNetDev({ namespace: { name: namespace } });
  const names = Array.from({ length: 40 }, (_, count) => `br${count}`);
  const made = await Promise.all(
    names.map((name) => driver.createLink({ kind: 'bridge', name, alias: name })),
  );
  expect(made.map(({ name, alias }) => [name, alias])).toEqual(names.map((name) => [name, name]));
  const gone = await Promise.all(names.map((name) => driver.deleteLink(name)));
  expect(gone.every(Boolean)).toBe(true);
});
