import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { DeviceExistsError, type NamespaceRef, type NetDevDriver, type NetDevOperation } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ipJson, sh, shownLink, testNamespace } from './host.js';

const namespace = testNamespace('spaces');
const told: { operation: NetDevOperation; namespace: NamespaceRef | undefined }[] = [];
let driver: NetDevDriver;

beforeAll(async () => {
  driver = await createLinuxNetDev({
    namespace: { name: namespace },
    onOperation: (operation, where) => told.push({ operation, namespace: where }),
  });
});
afterAll(() => driver.close());
afterEach(async () => {
  for (const name of await driver.listNamespaces())
    if (name.startsWith('made-')) await driver.deleteNamespace(name);
  told.length = 0;
});

describe('a namespace', () => {
  it('is made as iproute2 makes one', async () => {
    await driver.createNamespace('made-1');
    expect(sh('ip', 'netns', 'list')).toContain('made-1');
    expect(ipJson('made-1', 'link', 'show')).toMatchObject([{ ifname: 'lo', operstate: 'DOWN' }]);
    expect(await driver.listNamespaces()).toEqual(expect.arrayContaining(['made-1', namespace]));
    expect(told).toEqual([
      { operation: { do: 'create-namespace', name: 'made-1' }, namespace: { name: namespace } },
    ]);
  });

  it('is refused a second time, and goes once', async () => {
    await driver.createNamespace('made-1');
    await expect(driver.createNamespace('made-1')).rejects.toThrow(DeviceExistsError);
    expect(await driver.deleteNamespace('made-1')).toBe(true);
    expect(await driver.deleteNamespace('made-1')).toBe(false);
    expect(readdirSync('/run/netns')).not.toContain('made-1');
    expect(sh('cat', '/proc/self/mountinfo')).not.toContain('/run/netns/made-1');
  });

  it('that iproute2 made can be deleted, and a name that was left behind', async () => {
    sh('ip', 'netns', 'add', 'made-2');
    writeFileSync('/run/netns/made-3', '');
    expect(await driver.deleteNamespace('made-2')).toBe(true);
    expect(await driver.deleteNamespace('made-3')).toBe(true);
    expect(sh('ip', 'netns', 'list')).not.toContain('made-');
  });

  it.each(['', '.', '..', '../x', 'a/b', 'a b', '-x', 'x\n'])('takes no name like %j', async (name) => {
    await expect(driver.createNamespace(name)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(driver.deleteNamespace(name)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('is entered by name, path or process, by nobody but the driver', async () => {
    await driver.createNamespace('made-1');
    const own = readlinkSync('/proc/thread-self/ns/net');
    const child = spawn('ip', ['netns', 'exec', 'made-1', 'sleep', '60'], { stdio: 'ignore' });
    await once(child, 'spawn');
    try {
      await until(() => readlinkSync(`/proc/${child.pid}/ns/net`) !== own);
      for (const ref of [{ name: 'made-1' }, { path: '/run/netns/made-1' }, { pid: child.pid ?? 0 }]) {
        const there = await driver.inNamespace(ref);
        await there.createLink({ kind: 'bridge', name: 'br0' });
        expect(shownLink('made-1', 'br0')).toBeDefined();
        expect(await driver.linkExists('br0')).toBe(false);
        expect(told.at(-1)).toMatchObject({ operation: { do: 'create-link' }, namespace: ref });
        await there.deleteLink('br0');
        await there.close();
      }
      expect(readlinkSync('/proc/thread-self/ns/net')).toBe(own);
    } finally {
      child.kill();
      await once(child, 'exit');
    }
  });

  it('that is not there says so', async () => {
    await expect(driver.inNamespace({ name: 'absent' })).rejects.toMatchObject({
      code: 'PLATFORM',
      errno: 'ENOENT',
    });
    await expect(driver.inNamespace({ name: 'absent' })).rejects.toThrow(
      /\/run\/netns\/absent.*has to exist/,
    );
    await expect(driver.inNamespace({ path: '/etc/passwd' })).rejects.toMatchObject({ errno: 'EINVAL' });
    await expect(driver.inNamespace({ name: '../x' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });
});

it('a link goes to another namespace, by name and by process', async () => {
  await driver.createNamespace('made-1');
  await driver.createLink({ kind: 'veth', name: 'x', up: true, peer: { name: 'y' } });
  await driver.moveLink('y', { name: 'made-1' });
  expect(shownLink('made-1', 'y').operstate).toBe('DOWN');
  expect(await driver.linkExists('y')).toBe(false);
  await driver.moveLink('x', { path: '/run/netns/made-1' });
  expect(shownLink('made-1', 'x').link).toBe('y');
  await expect(driver.moveLink('x', { name: 'made-1' })).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
});

it('forwarding is switched in its own namespace only', async () => {
  const outside = await createLinuxNetDev();
  const before = await outside.getForwarding('ipv4');
  for (const family of ['ipv4', 'ipv6'] as const) {
    expect(await driver.getForwarding(family)).toBe(false);
    expect(await driver.setForwarding(family, true)).toBe(true);
    expect(await driver.setForwarding(family, true)).toBe(false);
    expect(await driver.getForwarding(family)).toBe(true);
  }
  const shown = sh(
    'ip',
    'netns',
    'exec',
    namespace,
    'cat',
    '/proc/sys/net/ipv4/ip_forward',
    '/proc/sys/net/ipv6/conf/all/forwarding',
  );
  expect(shown).toBe('1\n1\n');
  expect(await outside.getForwarding('ipv4')).toBe(before);
  expect(told.map(({ operation }) => operation)).toEqual([
    { do: 'set-forwarding', family: 'ipv4', enabled: true },
    { do: 'set-forwarding', family: 'ipv6', enabled: true },
  ]);
  await outside.close();
});

async function until(condition: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not come true within 5 seconds');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
