import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deliverJournal, queueForDelivery } from '../../src/dhcpbridge/deliver.js';
import { takeLock } from '../../src/dhcpbridge/file-lock.js';
import type { LeaseEvent } from '../../src/dhcpbridge/lease-handler.js';
import { leaseLines } from '../../src/dhcpbridge/lease-lines.js';
import { LeaseState } from '../../src/dhcpbridge/lease-state.js';
import { parseLeases } from '../../src/dhcpbridge/parse-lease.js';
import type { LeaseRequest, Receiver } from '../../src/dhcpbridge/receiver.js';
import { eventOf, leaseOf } from './lease-events.js';

let folder: string;
let reported: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lease-state-'));
  reported = [];
});
afterEach(() => rm(folder, { recursive: true }));

const open = () => new LeaseState(folder, (text) => reported.push(text));
const journal = () => readFile(join(folder, 'journal.jsonl'), 'utf8');

/** Takes events until it comes to one that it refuses, and notes those that it took. */
function receiver(seen: string[], refused?: string): Receiver {
  return {
    ask: async (request: LeaseRequest) => {
      const id = 'id' in request ? request.id : request.action;
      if (id === refused) return { error: `not ${id}` };
      seen.push(id);
      return { ok: true };
    },
  };
}

describe('the journal', () => {
  it('holds a line for each event until all were handed on', async () => {
    const state = open();
    for (const guest of [1, 2]) expect(await state.record(eventOf(guest))).toBe(true);
    expect((await journal()).split('\n').map((line) => line && JSON.parse(line))).toEqual([
      eventOf(1),
      eventOf(2),
      '',
    ]);
    const seen: string[] = [];
    await deliverJournal(open(), receiver(seen));
    expect([seen, await journal()]).toEqual([['add-1', 'add-2'], '']);
  });

  it('goes on where it stopped: in order, nothing twice, nothing lost', async () => {
    const state = open();
    for (const guest of [1, 2, 3]) await state.record(eventOf(guest));
    const seen: string[] = [];
    await expect(deliverJournal(state, receiver(seen, 'add-2'))).rejects.toThrow('not add-2');
    await state.record(eventOf(4));
    await deliverJournal(open(), receiver(seen));
    expect(seen).toEqual(['add-1', 'add-2', 'add-3', 'add-4']);
  });

  it('takes along what is told while it is handed on', async () => {
    const state = open();
    await state.record(eventOf(1));
    const seen: string[] = [];
    const inner = receiver(seen);
    await deliverJournal(state, {
      ...inner,
      ask: async (request) => {
        if (seen.length === 0) await open().record(eventOf(2));
        return inner.ask(request);
      },
    });
    expect([seen, await journal()]).toEqual([['add-1', 'add-2'], '']);
  });

  it('passes over what is damaged, says so, and starts a new line behind one that was cut off', async () => {
    const state = open();
    await state.record(eventOf(1));
    await appendFile(join(folder, 'journal.jsonl'), '{"action":"add","id":"x');
    await state.record(eventOf(2));
    const seen: string[] = [];
    await deliverJournal(state, receiver(seen));
    expect(seen).toEqual(['add-1', 'add-2']);
    expect(reported).toEqual([expect.stringContaining('{"action":"add","id":"x')]);
  });

  it('is not emptied when a line came that was not read', async () => {
    const state = open();
    await state.record(eventOf(1));
    const { size } = await state.journal.pending();
    await state.journal.append(eventOf(2));
    expect(await state.journal.clear(size)).toBe(false);
    expect((await state.journal.pending()).events).toEqual([eventOf(1), eventOf(2)]);
  });

  it('loses nothing to those who tell, hand on and empty it at the same time', async () => {
    const guests = Array.from({ length: 12 }, (_, index) => ({ ...eventOf(1), id: `id-${index}` }));
    const seen: string[] = [];
    const tell = async (event: LeaseEvent) => {
      await open().record(event);
      const lock = await queueForDelivery(open());
      if (lock === undefined) return;
      await deliverJournal(open(), receiver(seen));
      await lock.release();
    };
    await Promise.all(guests.map(tell));
    expect([seen.length, new Set(seen).size, await journal()]).toEqual([12, 12, '']);
    expect(reported).toEqual([]);
  });
});

describe('the leases known last', () => {
  it('follow the events, one of each address', async () => {
    const state = open();
    expect(await state.known.read()).toBeUndefined();
    for (const event of [
      eventOf(1),
      eventOf(2),
      { ...eventOf(1, 'old'), lease: { ...leaseOf(1), expires: 9 } },
    ]) {
      await state.record(event);
    }
    expect(await state.known.read()).toEqual([leaseOf(2), { ...leaseOf(1), expires: 9 }]);
    await state.record(eventOf(2, 'del'));
    expect(await open().known.read()).toEqual([{ ...leaseOf(1), expires: 9 }]);
  });

  it('are none rather than half of them when the file is damaged; events are kept all the same', async () => {
    const text = JSON.stringify([leaseOf(1), { ...leaseOf(2), mac: '' }]);
    await writeFile(join(folder, 'leases.json'), text);
    await expect(open().known.read()).rejects.toThrow(/leases\.json: it is damaged: .*leases\[1\]\.mac/);
    expect(await open().record(eventOf(3))).toBe(true);
    expect(reported).toEqual([expect.stringContaining('the list of leases stays as it was')]);
    expect(await readFile(join(folder, 'leases.json'), 'utf8')).toBe(text);
  });

  it('are printed as a lease file has them', () => {
    const leases = parseLeases([
      { address: '10.0.0.1', mac: '02:00:00:00:00:01', hostname: 'web', clientId: '01:AB', expires: 5 },
      {
        address: '10.0.0.2',
        mac: '02-00:00:00:00:00:02',
        hostname: 'a b\n0 evil',
        clientId: 'x y',
        expires: 0,
      },
      { address: '10.0.0.3', mac: '02:00:00:00:00:03', hostname: null },
    ]);
    expect(leaseLines(leases, 77)).toBe(
      [
        '5 02:00:00:00:00:01 10.0.0.1 web 01:ab\n',
        '0 02-00:00:00:00:00:02 10.0.0.2 * *\n',
        '77 02:00:00:00:00:03 10.0.0.3 * *\n',
      ].join(''),
    );
    expect(leaseLines([], 77)).toBe('');
  });

  it.each([
    [{}, 'leases'],
    [[null], 'leases[0]'],
    [[{ mac: '02:00:00:00:00:01' }], 'leases[0].address'],
    [[{ address: '10.0.0.1\n', mac: '02:00:00:00:00:01' }], 'leases[0].address'],
    [[{ address: '10.0.0.1', mac: '02:00 00' }], 'leases[0].mac'],
    [[{ address: '10.0.0.1', mac: '02:00', expires: '5' }], 'leases[0].expires'],
    [[{ address: '10.0.0.1', mac: '02:00', expires: -1 }], 'leases[0].expires'],
  ])('are refused as a whole for one: %j', (value, field) => {
    expect(() => parseLeases(value)).toThrow(expect.objectContaining({ field }));
  });
});

describe('the lock among processes', () => {
  it('is held by one at a time and leaves nothing behind', async () => {
    let inside = 0;
    let most = 0;
    const contend = async () => {
      for (let turn = 0; turn < 3; turn += 1) {
        const lock = await takeLock(folder, 'x', 10_000);
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 1));
        inside -= 1;
        await lock?.release();
      }
    };
    await Promise.all([contend(), contend(), contend()]);
    expect([most, await readdir(folder)]).toEqual([1, []]);
  });

  it('is waited for as long as one has patience, and others are not in its way', async () => {
    const held = await takeLock(folder, 'x', 0);
    expect(await takeLock(folder, 'x', 30)).toBeUndefined();
    expect(await takeLock(folder, 'other', 0)).toBeDefined();
    await held?.release();
    expect(await takeLock(folder, 'x', 0)).toBeDefined();
  });

  it('is free when its holder died, or has held it for longer than anybody does', async () => {
    const child = fork('/dev/null', { execArgv: [] });
    await once(child, 'exit');
    await writeFile(join(folder, `x.lock.${child.pid}.aa`), '');
    const old = join(folder, `x.lock.${process.pid}.bb`);
    await writeFile(old, '');
    await utimes(old, 0, 0);
    expect(await takeLock(folder, 'x', 0)).toBeDefined();
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('lets one hand on and one wait to be next, and needs no third', async () => {
    const first = await queueForDelivery(open());
    const second = queueForDelivery(open());
    await expect.poll(() => open().isLocked('next')).toBe(true);
    expect(await queueForDelivery(open())).toBeUndefined();
    await first?.release();
    const lock = await second;
    expect([await open().isLocked('next'), await open().isLocked('delivery')]).toEqual([false, true]);
    await lock?.refresh();
    await lock?.release();
    expect(await open().isLocked('delivery')).toBe(false);
  });
});
