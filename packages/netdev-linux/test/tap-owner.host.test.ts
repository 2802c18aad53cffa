import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { NetDevDriver } from 'netdev-core';
import { expect, it } from 'vitest';
import { driverForTests, ipAll, shownLink, testNamespace } from './host.js';

const namespace = testNamespace('tap-owner');
let driver: NetDevDriver;
driverForTests(namespace, (made) => {
  driver = made;
});
const shown = () => {
  const { user, group, pi, vnet_hdr, multi_queue, persist } = shownLink(namespace, 't').linkinfo.info_data;
  return { user, group, pi, vnet_hdr, multi_queue, persist };
};

it.each([
  ['tap', 'tuntap add dev t mode tap user 54321 vnet_hdr', { vnet_hdr: true, pi: false, multi_queue: false }],
  [
    'tap',
    'tuntap add dev t mode tap user 54321 multi_queue',
    { vnet_hdr: false, pi: false, multi_queue: true },
  ],
  ['tun', 'tuntap add dev t mode tun user 54321 pi', { vnet_hdr: false, pi: true, multi_queue: false }],
] as const)(
  "a %s made by iproute2 (%s) becomes somebody else's, and the rest of it stays",
  async (kind, line, rest) => {
    ipAll(namespace, line);
    const { ifindex } = shownLink(namespace, 't');
    expect((await driver.ensureLink({ kind, name: 't', owner: 54322, group: 54323 })).changed).toBe(true);
    expect(shown()).toEqual({ user: 54322, group: 54323, persist: true, ...rest });
    expect(shownLink(namespace, 't').ifindex).toBe(ifindex);
    expect((await driver.ensureLink({ kind, name: 't', owner: 54322, group: 54323 })).changed).toBe(false);
    await driver.updateLink('t', { up: true, tap: { owner: 54324 } });
    expect(shown()).toMatchObject({ user: 54324, group: 54323 });
    expect((await driver.getLink('t')).up).toBe(true);
  },
);

it('a batch that fails gives a tap its owner back, and says of one that had none that it has one', async () => {
  ipAll(namespace, 'tuntap add dev t mode tap user 54321');
  const fails = { do: 'update-link', name: 'absent', changes: { up: true } } as const;
  await expect(
    driver.batch([{ do: 'update-link', name: 't', changes: { mtu: 1300, tap: { owner: 54322 } } }, fails]),
  ).rejects.toMatchObject({ code: 'DEVICE_NOT_FOUND' });
  expect(shown().user).toBe(54321);
  expect(shownLink(namespace, 't').mtu).toBe(1500);
  await expect(
    driver.batch([{ do: 'update-link', name: 't', changes: { tap: { group: 54323 } } }, fails]),
  ).rejects.toMatchObject({ code: 'PARTIAL', left: ['group of t'] });
});

it('a tap that a program has open is refused before anything of it has changed', async () => {
  ipAll(namespace, 'tuntap add dev t mode tap user 54321');
  const before = shownLink(namespace, 't');
  // TUNSETIFF with IFF_TAP and IFF_NO_PI (linux/if_tun.h).
  const script = `
    const koffi = require('koffi');
    const ioctl = koffi.load(null).func('int ioctl(int fd, unsigned long request, void *argument)');
    const request = Buffer.alloc(40);
    request.write('t');
    request.writeUInt16LE(0x1002, 16);
    const fd = require('fs').openSync('/dev/net/tun', 'r+');
    console.log(ioctl(fd, 0x400454ca, request));
    process.stdin.resume();`;
  const program = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', script], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  try {
    const [opened] = await once(program.stdout, 'data');
    expect(String(opened).trim()).toBe('0');
    await expect(driver.updateLink('t', { mtu: 1300, tap: { owner: 54322 } })).rejects.toMatchObject({
      errno: 'EBUSY',
      hint: expect.stringContaining('has it open'),
    });
    const { mtu, linkinfo } = shownLink(namespace, 't');
    expect([mtu, linkinfo]).toEqual([before.mtu, before.linkinfo]);
  } finally {
    program.stdin.end();
    await once(program, 'exit');
  }
});
