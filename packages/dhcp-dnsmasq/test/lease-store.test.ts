import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKey } from 'netdev-core';
import { createHostFiles, createMemoryFiles } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverPaths } from '../src/config/paths.js';
import { prepareJournal } from '../src/events/prepare-journal.js';
import { renderNotifier } from '../src/events/render-notifier.js';
import { createDnsmasq } from '../src/index.js';
import {
  checkpointLeases,
  lagsBehind,
  leaseText,
  replaceLeases,
  settleLeases,
} from '../src/leases/lease-store.js';
import { parseServerDuid } from '../src/leases/parse-leases.js';

const files = createHostFiles();
const mac = '02:00:00:00:00:01';
let directory: string;
let paths: ReturnType<typeof serverPaths>;

/** Runs the script as dnsmasq does. */
const notify = (words: readonly string[], env: Record<string, string> = {}): string =>
  execFileSync('/bin/sh', [paths.notifier, ...words], {
    env: { PATH: '/nonexistent', ...env },
    encoding: 'utf8',
  });
const lines = async (): Promise<string[]> =>
  (await leaseText(files, paths)).split('\n').filter((line) => line !== '' && !line.startsWith('duid '));

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lease-store-'));
  paths = serverPaths(directory, parseKey('lab'));
  mkdirSync(paths.events, { recursive: true });
  writeFileSync(paths.notifier, renderNotifier(paths, 8));
  await prepareJournal(files, paths);
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a store of leases in the journal', () => {
  it('has what the journal told, and tells a starting server what was settled', async () => {
    expect(notify(['init'])).toBe('');
    await settleLeases(files, paths, 'journal');
    const duid = parseServerDuid(notify(['init']));
    expect(duid).toMatch(/^00:04(?::[0-9a-f]{2}){16}$/);
    const env = { DNSMASQ_LEASE_EXPIRES: '1700000000' };
    notify(['add', mac, '10.0.0.11', 'web'], { ...env, DNSMASQ_CLIENT_ID: '01:02' });
    notify(['add', '06-02:00:00:00:00:09', '10.0.0.19'], env);
    notify(['add', '02:00:00:00:00:02', '10.0.0.12'], env);
    notify(['add', '00:03:00:01', 'fd00::5', 'six'], { ...env, DNSMASQ_IAID: 'T7' });
    notify(['old', mac, '10.0.0.11', 'web'], {
      DNSMASQ_LEASE_EXPIRES: '1700000600',
      DNSMASQ_CLIENT_ID: '01:02',
    });
    notify(['del', '02:00:00:00:00:02', '10.0.0.12'], env);
    const held = [`1700000600 ${mac} 10.0.0.11 web 01:02`, '1700000000 T7 fd00::5 six 00:03:00:01'];
    expect(await lines()).toEqual(held);
    // Not before it is asked for.
    expect(notify(['init'])).toBe(`duid ${duid}\n`);
    await settleLeases(files, paths, 'journal');
    expect(notify(['init'])).toBe([`duid ${duid}`, ...held, ''].join('\n'));
  });

  it('takes over the leases of a file, and gives them back', async () => {
    writeFileSync(
      paths.leases,
      `1700000000 ${mac} 10.0.0.11 web *\nduid 00:01:aa\n1700000000 7 fd00::5 * 00:03\n`,
    );
    notify(['del', mac, '10.0.0.11']);
    await settleLeases(files, paths, 'journal');
    expect(notify(['init'])).toBe(
      `duid 00:01:aa\n1700000000 ${mac} 10.0.0.11 web *\n1700000000 7 fd00::5 * 00:03\n`,
    );
    expect(readdirSync(paths.folder).sort()).toEqual(['events', 'lease-store']);
    notify(['del', '00:03', 'fd00::5'], { DNSMASQ_IAID: '7' });
    await replaceLeases(files, paths, (text) => text.replace('web', 'www'));
    await settleLeases(files, paths, 'file');
    expect(await files.read(paths.leases)).toBe(`duid 00:01:aa\n1700000000 ${mac} 10.0.0.11 www *\n`);
    expect(readdirSync(paths.folder).sort()).toEqual(['events', 'leases']);
  });

  it('keeps what is not in it yet, and no more once it is', async () => {
    await settleLeases(files, paths, 'journal');
    const segments = (): number =>
      readdirSync(paths.events).filter((name) => name.startsWith('journal-')).length;
    const hosts = Array.from({ length: 40 }, (_, index) => index + 1);
    for (const host of hosts) notify(['add', `02:00:00:00:01:${host + 10}`, `10.0.0.${host}`]);
    expect(await lines()).toHaveLength(40);
    expect(segments()).toBe(20);
    expect(await lagsBehind(files, paths)).toBe(true);
    await checkpointLeases(files, paths);
    expect(await lagsBehind(files, paths)).toBe(false);
    for (const host of [1, 2, 3]) notify(['del', `02:00:00:00:01:${host + 10}`, `10.0.0.${host}`]);
    expect(segments()).toBeLessThanOrEqual(5);
    expect(await lines()).toHaveLength(37);
  });

  it.each(['', 'x', 'x\nnot a lease\n', '-'])('begins anew from one that is damaged: %j', async (text) => {
    writeFileSync(paths.leaseStore, text);
    notify(['add', mac, '10.0.0.11']);
    await settleLeases(files, paths, 'journal');
    expect(await lines()).toEqual([`0 ${mac} 10.0.0.11 * *`]);
  });
});

it('asks for a directory that scripts can be run from', async () => {
  const mounts = '36 35 98:0 / /d rw,noexec - tmpfs tmpfs rw\n';
  const held = createMemoryFiles({ '/proc/self/mountinfo': mounts });
  const options = { platform: 'linux', directory: '/d', files: held, leaseStore: 'journal' } as const;
  await expect(createDnsmasq(options)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  const unknown = { ...options, leaseStore: 'memory' as 'file' };
  await expect(createDnsmasq(unknown)).rejects.toMatchObject({ field: 'leaseStore' });
});
