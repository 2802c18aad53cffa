import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DhcpEvent, parseKey } from 'netdev-core';
import { createHostFiles } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverPaths } from '../src/config/paths.js';
import { followEvents } from '../src/events/follow-events.js';
import { statePath } from '../src/events/journal-files.js';
import { endOfJournal, JournalReader } from '../src/events/journal-reader.js';
import { parseRecord } from '../src/events/parse-journal.js';
import { parsePosition, renderPosition } from '../src/events/position.js';
import { prepareJournal } from '../src/events/prepare-journal.js';
import { renderNotifier } from '../src/events/render-notifier.js';

const files = createHostFiles();
const mac = '02:00:00:00:00:01';
const key = parseKey('lab');
let directory: string;
let paths: ReturnType<typeof serverPaths>;

const notify = (words: readonly string[], env: Record<string, string> = {}): void => {
  execFileSync('/bin/sh', [paths.notifier, ...words], {
    env: { PATH: '/nonexistent', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
};
const add = (...hosts: number[]): void => {
  for (const host of hosts) notify(['add', mac, `10.0.0.${host}`]);
};
/** The last part of each address; `missed` for what is lost. */
const told = async (reader: JournalReader): Promise<(number | 'missed')[]> =>
  (await reader.news()).map((record) =>
    record.type === 'missed' ? 'missed' : Number(record.lease.address.split('.').at(-1)),
  );
const fromBeginning = (): JournalReader => new JournalReader(files, paths, undefined);
const segments = (): string[] =>
  readdirSync(paths.events)
    .filter((name) => name.startsWith('journal-'))
    .map((name) => `${paths.events}/${name}`);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'notify-'));
  paths = serverPaths(directory, key);
  mkdirSync(paths.events, { recursive: true });
  writeFileSync(paths.notifier, renderNotifier(paths, 8));
  await prepareJournal(files, paths);
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('the script that dnsmasq runs', () => {
  it('tells additions, renewals and removals, and nothing else', async () => {
    const env = { DNSMASQ_CLIENT_ID: '01:02:00', DNSMASQ_LEASE_EXPIRES: '1700000000' };
    notify(['add', mac, '10.0.0.11', 'web'], env);
    notify(['old', mac, '10.0.0.11', 'web'], { ...env, DNSMASQ_DATA_MISSING: '1' });
    notify(['tftp', '100', '10.0.0.11', '/file']);
    notify(['old', mac, '10.0.0.11'], { DNSMASQ_LEASE_EXPIRES: '0' });
    notify(['del', mac, '10.0.0.11']);
    const lease = { address: '10.0.0.11', mac };
    expect((await fromBeginning().news()).map(({ position: _, ...record }) => record)).toEqual([
      {
        type: 'added',
        lease: { ...lease, hostname: 'web', clientId: '01:02:00', expires: new Date(1700000000_000) },
      },
      { type: 'renewed', lease },
      { type: 'removed', lease },
    ]);
  });

  it('tells what is known of an IPv6 client', async () => {
    const duid = '00:03:00:01:02:00:00:00:00:01';
    notify(['add', duid, 'fd00::5', 'web'], { DNSMASQ_IAID: 'T7', DNSMASQ_MAC: mac });
    expect(await fromBeginning().news()).toMatchObject([
      {
        type: 'added',
        lease: { address: 'fd00::5', duid, iaid: 7, temporary: true, mac, hostname: 'web' },
      },
    ]);
  });

  it.each([
    'x\n\nadd 02:00:00:00:00:66 10.0.0.66 evil - 0 - - .',
    'missed .',
    '$(touch pwned)',
    '`touch pwned`',
    "'; touch pwned; '",
    '*',
    '-n',
    'a b',
    '\u00e9',
    '%s%n',
    '\\n',
    'a'.repeat(60_000),
  ])('lets %j of a guest be neither shell nor another event', async (hostile) => {
    const names = ['CLIENT_ID', 'LEASE_EXPIRES', 'IAID', 'MAC', 'VENDOR_CLASS', 'SUPPLIED_HOSTNAME'];
    notify(
      ['add', mac, '10.0.0.11', hostile],
      Object.fromEntries(names.map((name) => [`DNSMASQ_${name}`, hostile])),
    );
    const [record, ...others] = await fromBeginning().news();
    expect(others).toEqual([]);
    // What is harmless as a word may be told, or make the record one that is lost; it is never believed.
    if (record?.type !== 'missed') {
      expect({ ...record?.lease, hostname: undefined }).toEqual({ address: '10.0.0.11', mac });
    }
    expect(readdirSync(paths.events).map((name) => name.split('-')[0])).toEqual([
      'journal',
      'notify',
      'state',
    ]);
    expect(readFileSync(segments()[0] as string, 'latin1').split('\n')).toHaveLength(3);
  });

  it('keeps the journal small and at least as many of the last events as it is told to', async () => {
    for (let host = 1; host <= 25; host++) {
      add(host);
      expect(segments().length).toBeLessThanOrEqual(5);
      const kept = await told(fromBeginning());
      expect(kept).toEqual(Array.from({ length: kept.length }, (_, n) => host - kept.length + 1 + n));
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(host, 8));
    }
  });

  it('keeps on with another number of events to keep', async () => {
    const reader = fromBeginning();
    add(1, 2, 3, 4, 5, 6, 7);
    expect(await told(reader)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const most of [1000, 1]) {
      writeFileSync(paths.notifier, renderNotifier(paths, most));
      add(8, 9, 10);
      expect(await told(reader)).toEqual([8, 9, 10]);
    }
  });

  it.each(['', 'x', '0', '1 2; touch pwned', '99999999999999999999', `${'a'.repeat(8)} 1 1 1\n`, '\0'])(
    'goes on when its state is damaged, and says that something may be lost: %j',
    async (state) => {
      const reader = fromBeginning();
      add(1);
      expect(await told(reader)).toEqual([1]);
      writeFileSync(statePath(paths), state);
      add(2, 3);
      expect(await told(reader)).toEqual(['missed', 2, 3]);
      expect(await told(fromBeginning())).toEqual([1, 'missed', 2, 3]);
    },
  );

  it('begins a journal of its own when there is nothing left of the former one', async () => {
    const reader = fromBeginning();
    add(1);
    expect(await told(reader)).toEqual([1]);
    for (const path of [...segments(), statePath(paths)]) rmSync(path);
    expect(await told(reader)).toEqual([]);
    add(2);
    expect(await told(reader)).toEqual(['missed', 2]);
  });
});

describe('parseRecord', () => {
  it.each([
    `add ${mac} 10.0.0.11 web - 0 - -`,
    `constructor ${mac} 10.0.0.11 web - 0 - - .`,
    `add ${mac} 10.0.0.999 web - 0 - - .`,
    `add ${mac} 10.0.0.11 web - 0 - - - .`,
    `add ${mac} 10.0.0.11 web - 17 .`,
    '\0',
    'missed .',
  ])('takes %j for no event but for a loss', (line) => {
    expect(parseRecord(line)).toEqual({ type: 'missed' });
  });
});

describe('a journal that is read', () => {
  it('goes on behind every position, without a gap or a duplicate', async () => {
    add(1, 2, 3, 4, 5, 6, 7, 8);
    const all = await fromBeginning().news();
    expect(all).toHaveLength(8);
    for (const [index, { position }] of all.entries()) {
      const again = new JournalReader(files, paths, parsePosition(renderPosition(position)));
      expect(await again.news()).toEqual(all.slice(index + 1));
    }
  });

  it('says so when a position is too old, and tells what is kept', async () => {
    add(1);
    const [first] = await fromBeginning().news();
    for (let host = 2; host <= 30; host++) add(host);
    const [missed, ...kept] = await told(new JournalReader(files, paths, first?.position));
    expect(missed).toBe('missed');
    expect(kept.length).toBeGreaterThanOrEqual(8);
    expect(kept.at(-1)).toBe(30);
    const [record] = await new JournalReader(files, paths, first?.position).news();
    expect(await told(new JournalReader(files, paths, record?.position))).toEqual(kept);
  });

  it('is told from now on where that is asked for, also when nothing was written yet', async () => {
    const empty = new JournalReader(files, paths, await endOfJournal(files, paths));
    expect(await told(empty)).toEqual([]);
    add(1, 2, 3);
    const later = new JournalReader(files, paths, await endOfJournal(files, paths));
    expect(await told(empty)).toEqual([1, 2, 3]);
    expect(await told(later)).toEqual([]);
    add(4);
    expect(await told(later)).toEqual([4]);
  });

  it('waits for the rest of a line, and tells a damaged or cut one as a loss', async () => {
    const reader = fromBeginning();
    add(1);
    const [segment = ''] = segments();
    expect(await told(reader)).toEqual([1]);
    appendFileSync(segment, `\nadd ${mac} 10.0.0.2 - -`);
    rmSync(statePath(paths));
    expect(await told(reader)).toEqual([]);
    appendFileSync(segment, ' 0 - - .\n');
    expect(await told(reader)).toEqual([2]);
    // Cut short by a full disk, and gone on with behind that; then bytes of somebody else.
    appendFileSync(segment, `\nadd ${mac} 10.0`);
    appendFileSync(segment, `\nadd ${mac} 10.0.0.3 - - 0 - - .\n`);
    appendFileSync(segment, Buffer.from([0xff, 0xfe, 0x0a, 0x00, 0x0a]));
    appendFileSync(segment, `\nadd ${mac} 10.0.0.4 - - 0 - - .\n`);
    expect(await told(reader)).toEqual(['missed', 3, 'missed', 4]);
  });

  it('says so when it was cut, removed or replaced', async () => {
    const reader = fromBeginning();
    add(1);
    expect(await told(reader)).toEqual([1]);
    truncateSync(segments()[0] as string, 10);
    add(2);
    expect((await told(reader))[0]).toBe('missed');
    add(3);
    expect((await told(reader)).at(-1)).toBe(3);

    rmSync(paths.folder, { recursive: true });
    expect(await told(reader)).toEqual([]);
    mkdirSync(paths.events, { recursive: true });
    writeFileSync(paths.notifier, renderNotifier(paths, 8));
    await prepareJournal(files, paths);
    expect(await told(reader)).toEqual(['missed']);
    add(4);
    expect(await told(reader)).toEqual([4]);
  });
});

describe('a followed journal', () => {
  const servers = async () => [{ key, paths }];
  const follow = (signal = new AbortController().signal) =>
    followEvents(files, { servers, after: new Map(), signal });
  const addressOf = ({ value }: IteratorResult<DhcpEvent>): string | undefined =>
    value?.type === 'missed' ? 'missed' : value?.lease.address;

  it('tells what comes after it was asked for, once, as soon as it comes', async () => {
    add(1);
    const { events, settled } = follow();
    await settled;
    add(2);
    const told = events[Symbol.asyncIterator]();
    expect(addressOf(await told.next())).toBe('10.0.0.2');
    const delays: number[] = [];
    for (let host = 3; host < 10; host++) {
      const next = told.next();
      await new Promise((resolve) => setTimeout(resolve, 5));
      add(host);
      const written = performance.now();
      expect(addressOf(await next)).toBe(`10.0.0.${host}`);
      delays.push(performance.now() - written);
    }
    // Far from the second after which it would be looked in any case.
    expect(delays.toSorted((one, other) => one - other)[3]).toBeLessThan(200);
    await told.return?.();
  });

  it('hears of a journal that has taken the place of another', async () => {
    const told = follow().events[Symbol.asyncIterator]();
    const first = told.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    add(1);
    expect(addressOf(await first)).toBe('10.0.0.1');
    rmSync(paths.events, { recursive: true });
    mkdirSync(paths.events);
    writeFileSync(paths.notifier, renderNotifier(paths, 8));
    await prepareJournal(files, paths);
    expect(addressOf(await told.next())).toBe('missed');
    add(2, 3);
    expect(addressOf(await told.next())).toBe('10.0.0.2');
    expect(addressOf(await told.next())).toBe('10.0.0.3');
    await told.return?.();
  });

  it('ends with its signal and with return, also while it waits', async () => {
    const stop = new AbortController();
    const one = follow(stop.signal).events[Symbol.asyncIterator]();
    const other = follow(stop.signal).events[Symbol.asyncIterator]();
    const waiting = [one.next(), other.next()];
    await one.return?.();
    stop.abort();
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });
});
