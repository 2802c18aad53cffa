import { PermissionError } from 'netdev-core';
import { type CommandAnswer, createAnsweringRunner, createMemoryFiles, type HostFiles } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { createFreeBsdPlatform } from '../src/server/platform/freebsd-platform.js';
import { createLinuxPlatform } from '../src/server/platform/linux-platform.js';

const linux = (files: Readonly<Record<string, string>>) =>
  createLinuxPlatform({ files: createMemoryFiles(files), runner: createAnsweringRunner(() => undefined) });

/** A FreeBSD host that gives these answers, by command line. */
const freebsd = (answers: Readonly<Record<string, CommandAnswer>>) =>
  createFreeBsdPlatform({
    files: createMemoryFiles(),
    runner: createAnsweringRunner(({ argv }) => answers[argv.join(' ')]),
  });

describe('where scripts can be run', () => {
  const directories: [directory: string, allowed: boolean][] = [
    ['/run/netdev/dhcp', false],
    ['/run', false],
    ['/run/user/1000/netdev/dhcp', true],
    ['/runner/dhcp', true],
    ['/var/lib/netdev', true],
    ['/mnt/x', true],
  ];
  const mountinfo = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /run rw,nosuid,nodev,noexec,relatime shared:2 - tmpfs tmpfs rw
24 23 0:22 / /run/user/1000 rw,nosuid,nodev,relatime - tmpfs tmpfs rw
25 22 0:23 / /mnt rw,noexec - tmpfs tmpfs rw
26 25 0:24 / /mnt rw,relatime - tmpfs tmpfs rw
`;
  const fstab = `/dev/ada0p2\t\t/\t\t\tufs\trw\t\t1 1
devfs\t\t\t/dev\t\t\tdevfs\trw\t\t0 0
tmpfs\t\t\t/run\t\t\ttmpfs\trw,noexec,nosuid \t0 0
tmpfs\t\t\t/run/user/1000\t\ttmpfs\trw,nosuid \t0 0
tmpfs\t\t\t/mnt\t\t\ttmpfs\trw,noexec \t0 0
tmpfs\t\t\t/mnt\t\t\ttmpfs\trw\t\t0 0
`;

  it.each(directories)('%s: %s', async (directory, allowed) => {
    expect(await linux({ '/proc/self/mountinfo': mountinfo }).allowsExecution(directory)).toBe(allowed);
    expect(await freebsd({ 'mount -p': { exitCode: 0, stdout: fstab } }).allowsExecution(directory)).toBe(
      allowed,
    );
    expect(await linux({}).allowsExecution(directory)).toBe(true);
  });
});

describe('a process on FreeBSD', () => {
  const ps = 'ps -ww -o state= -o lstart= -o command= -p 4711';
  const shown = (exitCode: number, stdout: string) => freebsd({ [ps]: { exitCode, stdout } }).process(4711);

  it('has its command line and its birth', async () => {
    const line =
      'SsJ  Tue Dec  1 08:03:46 2026     /usr/local/sbin/dnsmasq --conf-file=/d/lab/dnsmasq.conf -k\n';
    expect(await shown(0, line)).toEqual({
      birth: 'Tue Dec 1 08:03:46 2026',
      commandLine: ['/usr/local/sbin/dnsmasq', '--conf-file=/d/lab/dnsmasq.conf', '-k'],
    });
  });

  it('is still there while it ends, by another command line', async () => {
    expect(await shown(0, 'DE   Tue Dec  1 08:03:46 2026     [dnsmasq]\n')).toMatchObject({
      commandLine: ['[dnsmasq]'],
    });
  });

  it('is gone when it is dead, or nobody has the pid', async () => {
    expect(await shown(0, 'Z    Tue Dec  1 08:03:46 2026     <defunct>\n')).toBeUndefined();
    expect(await shown(1, '')).toBeUndefined();
  });
});

describe('a process on Linux', () => {
  const stat = (state: string): string =>
    `4711 (a ) b) ${state} 1 ${Array.from({ length: 17 }, (_, place) => place).join(' ')} 9876 0\n`;
  const files = (state: string) => ({
    '/proc/4711/stat': stat(state),
    '/proc/4711/cmdline': 'dnsmasq\0--conf-file=/d/a b\0',
  });

  it('has its command line and its birth', async () => {
    expect(await linux(files('S')).process(4711)).toEqual({
      birth: '9876',
      commandLine: ['dnsmasq', '--conf-file=/d/a b'],
    });
  });

  it('is still there without a command line while it ends, and gone as a zombie', async () => {
    expect(await linux({ '/proc/4711/stat': stat('D') }).process(4711)).toEqual({
      birth: '9876',
      commandLine: [],
    });
    for (const state of ['Z', 'X']) expect(await linux(files(state)).process(4711)).toBeUndefined();
    expect(await linux({}).process(4711)).toBeUndefined();
  });
});

it('tells what a process has started', async () => {
  const children = { '/proc/4711/task/4711/children': '4712 4720 ' };
  expect(await linux(children).children(4711)).toEqual([4712, 4720]);
  expect(await linux({}).children(4711)).toEqual([]);
  const pgrep = (exitCode: number, stdout: string) =>
    freebsd({ 'pgrep -P 4711': { exitCode, stdout } }).children(4711);
  expect(await pgrep(0, '4712\n4720\n')).toEqual([4712, 4720]);
  expect(await pgrep(1, '')).toEqual([]);
});

it('tells which processes were started with a word and see the same file, on Linux', async () => {
  const file = '/d/lab/dnsmasq.conf';
  const word = `--conf-file=${file}`;
  const lines = {
    '/proc/6/cmdline': `dnsmasq\0${word}\0-k\0`,
    '/proc/7/cmdline': `dnsmasq\0${word}\0-k\0`,
    '/proc/8/cmdline': `dnsmasq\0${word}.old\0`,
    '/proc/9/stat': '',
    '/proc/10/cmdline': `dnsmasq\0${word}\0-k\0`,
  };
  // Of 6 it is another one, of the same name, and into 10 nobody may look.
  const version: HostFiles['version'] = async (path) => {
    if (path === `/proc/10/root${file}`) throw new PermissionError({ operation: 'look at', object: path });
    return { [file]: '7 120 1', [`/proc/6/root${file}`]: '9 120 1', [`/proc/7/root${file}`]: '7 120 1' }[
      path
    ];
  };
  const files = { ...createMemoryFiles(lines), version };
  const platform = createLinuxPlatform({ files, runner: createAnsweringRunner(() => undefined) });
  expect(await platform.processesOn(file, word)).toEqual([7]);
  expect(await platform.processesOn('/d/lab/gone.conf', word)).toEqual([]);
  expect(await freebsd({}).processesOn(file, word)).toEqual([]);
});

it.each([
  ['a user namespace that may not set groups', { '/proc/self/setgroups': 'deny\n' }, false],
  ['a user namespace of one id', { '/proc/self/uid_map': '         0       1000          1\n' }, false],
  ['a user namespace of many', { '/proc/self/uid_map': '0 0 4294967295\n' }, true],
])('in %s a process can change its user, or not', async (_, files, can) => {
  expect(await linux(files).canChangeUser()).toBe(can);
});
