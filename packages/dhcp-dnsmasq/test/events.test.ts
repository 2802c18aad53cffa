import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseKey } from 'netdev-core';
import { createMemoryFiles } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverPaths } from '../src/config/paths.js';
import { followEvents } from '../src/events/follow-events.js';
import { parseJournal } from '../src/events/parse-journal.js';
import { journalPaths, renderNotifier, SEGMENT_EVENTS } from '../src/events/render-notifier.js';

describe('the script that dnsmasq runs', () => {
  let directory: string;
  let paths: ReturnType<typeof serverPaths>;
  const notify = (words: readonly string[], env: Record<string, string> = {}): void => {
    execFileSync('/bin/sh', [paths.notifier, ...words], { env: { PATH: '/nonexistent', ...env } });
  };
  const journal = () =>
    journalPaths(paths)
      .segments.filter((path) => readdirSync(paths.events).includes(path.split('/').at(-1) as string))
      .flatMap((path) => parseJournal(readFileSync(path, 'utf8')));

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'notify-'));
    paths = serverPaths(directory, parseKey('lab'));
    mkdirSync(paths.events, { recursive: true });
    writeFileSync(paths.notifier, renderNotifier(paths));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it('tells additions, renewals and removals, and nothing else', () => {
    const env = { DNSMASQ_CLIENT_ID: '01:02:00', DNSMASQ_LEASE_EXPIRES: '1700000000' };
    notify(['add', '02:00:00:00:00:01', '10.0.0.11', 'web'], env);
    notify(['old', '02:00:00:00:00:01', '10.0.0.11', 'web'], { ...env, DNSMASQ_DATA_MISSING: '1' });
    notify(['tftp', '100', '10.0.0.11', '/file']);
    notify(['old', '02:00:00:00:00:01', '10.0.0.11'], { DNSMASQ_LEASE_EXPIRES: '0' });
    notify(['del', '02:00:00:00:00:01', '10.0.0.11']);
    const lease = { address: '10.0.0.11', mac: '02:00:00:00:00:01' };
    expect(journal()).toEqual([
      {
        number: 1,
        type: 'added',
        lease: { ...lease, hostname: 'web', clientId: '01:02:00', expires: new Date(1700000000_000) },
      },
      { number: 2, type: 'renewed', lease },
      { number: 3, type: 'removed', lease },
    ]);
  });

  it.each([
    'x\n2 add 02:00:00:00:00:66 10.0.0.66 evil - 0',
    '$(touch pwned)',
    '`touch pwned`',
    "'; touch pwned; '",
    '*',
    '-n',
    'a b',
    '\u00e9',
    '%s%n',
    '\\n',
  ])('lets %j of a guest be neither shell nor another event', (hostile) => {
    notify(['add', '02:00:00:00:00:01', '10.0.0.11', hostile], {
      DNSMASQ_CLIENT_ID: hostile,
      DNSMASQ_LEASE_EXPIRES: hostile,
      DNSMASQ_VENDOR_CLASS: hostile,
    });
    const lease = { address: '10.0.0.11', mac: '02:00:00:00:00:01' };
    for (const { lease: told } of journal()) expect(told).toEqual(lease);
    expect(journal().length).toBeLessThanOrEqual(1);
    expect(readdirSync(paths.events)).toEqual(['journal-0', 'notify', 'sequence']);
    expect(readFileSync(journalPaths(paths).segments[0], 'utf8').split('\n')).toHaveLength(2);
  });

  it('keeps the journal small and the last events in it', () => {
    writeFileSync(journalPaths(paths).sequence, `${2 * SEGMENT_EVENTS - 2}\n`);
    writeFileSync(journalPaths(paths).segments[0], 'what was written two segments ago\n');
    for (let n = 0; n < 3; n++) notify(['add', '02:00:00:00:00:01', `10.0.0.${n + 1}`]);
    expect(journal().map(({ number, lease }) => [number, lease.address])).toEqual([
      [2 * SEGMENT_EVENTS, '10.0.0.2'],
      [2 * SEGMENT_EVENTS + 1, '10.0.0.3'],
      [2 * SEGMENT_EVENTS - 1, '10.0.0.1'],
    ]);
  });

  it.each(['', '08', 'x', '1 2; touch pwned', '99999999999999999999', '-5'])(
    'counts on from 1 when its counter is damaged: %j',
    (counter) => {
      writeFileSync(journalPaths(paths).sequence, counter);
      notify(['add', '02:00:00:00:00:01', '10.0.0.1']);
      expect(journal().map(({ number }) => number)).toEqual([1]);
    },
  );
});

describe('parseJournal', () => {
  it.each([
    '1 add 02:00:00:00:00:01 10.0.0.11 web - 0',
    '1 constructor 02:00:00:00:00:01 10.0.0.11 web - 0\n',
    '1 add 02:00:00:00:00:01 10.0.0.999 web - 0\n',
    '1 add 02:00:00:00:00:01 10.0.0.11 web - 0 more\n',
    '01 add 02:00:00:00:00:01 10.0.0.11 web - 0\n',
    '\0\n',
  ])('passes over %j', (text) => {
    expect(parseJournal(text)).toEqual([]);
  });

  it('reads an IPv6 client', () => {
    expect(parseJournal('7 add 00:01:00:01:aa fd00::5 web - 0\n')).toEqual([
      { number: 7, type: 'added', lease: { address: 'fd00::5', hostname: 'web', duid: '00:01:00:01:aa' } },
    ]);
  });
});

describe('a followed journal', () => {
  const paths = serverPaths('/d', parseKey('lab'));
  const { sequence, segments } = journalPaths(paths);
  const line = (number: number): string => `${number} add 02:00:00:00:00:01 10.0.0.${number} - - 0\n`;

  it('tells what comes after it was asked for, once, and from 1 when a new server counts anew', async () => {
    const files = createMemoryFiles({ [sequence]: '1\n', [segments[0]]: line(1) });
    const servers = async () => [{ key: 'lab', paths }];
    const events = followEvents(files, servers, new AbortController().signal)[Symbol.asyncIterator]();
    const next = async (): Promise<string> => (await events.next()).value.lease.address;
    const first = next();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await files.write(segments[0], line(1) + line(2) + line(3));
    await files.write(sequence, '3\n');
    expect(await first).toBe('10.0.0.2');
    expect(await next()).toBe('10.0.0.3');
    await files.write(segments[0], line(1));
    await files.write(sequence, '1\n');
    expect(await next()).toBe('10.0.0.1');
    await events.return?.();
  });

  it('ends with its signal and with return, also while it waits', async () => {
    const stop = new AbortController();
    const servers = async () => [{ key: 'lab', paths }];
    const one = followEvents(createMemoryFiles(), servers, stop.signal)[Symbol.asyncIterator]();
    const other = followEvents(createMemoryFiles(), servers, stop.signal)[Symbol.asyncIterator]();
    const waiting = [one.next(), other.next()];
    await one.return?.();
    stop.abort();
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });
});
