import { execFileSync } from 'node:child_process';
import type { NetDevDriver, NetDevEvent } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { describe, expect, it } from 'vitest';
import { driverForTests, ipAll, resources, testNamespace } from './host.js';

const namespace = testNamespace('watch');
let driver: NetDevDriver;
driverForTests(namespace, (made) => {
  driver = made;
});

/** Watches while something is done, until an event is the last that is waited for, or the time is up. */
async function eventsOf(
  work: () => unknown,
  isLast: (event: NetDevEvent) => boolean,
): Promise<NetDevEvent[]> {
  const events: NetDevEvent[] = [];
  const watched = driver.watch({ signal: AbortSignal.timeout(5000) })[Symbol.asyncIterator]();
  // The first event tells that everything was read from which later differences are found.
  const ready = watched.next();
  await driver.createLink({ kind: 'bridge', name: 'ready' });
  await ready;
  await work();
  for (;;) {
    const { done, value } = await watched.next();
    if (done === true) break;
    events.push(value);
    if (isLast(value)) break;
  }
  await watched.return?.();
  return events;
}

const shown = (event: NetDevEvent): string => {
  if ('link' in event)
    return `${event.type} ${event.link.name} ${event.link.up ? 'up' : 'down'} ${event.link.master ?? '-'}`;
  if ('address' in event) return `${event.type} ${event.address.link} ${event.address.cidr}`;
  if ('route' in event)
    return `${event.type} ${event.route.destination} ${event.route.via ?? '-'} ${event.route.link}`;
  if ('neighbour' in event)
    return `${event.type} ${event.neighbour.link} ${event.neighbour.address} ${event.neighbour.mac}`;
  return event.type;
};

describe('watching', () => {
  it('tells what iproute2 changes, by name', async () => {
    const events = await eventsOf(
      () =>
        ipAll(
          namespace,
          `link add name br0 type bridge
           link add name x type veth peer name y
           link set dev x master br0 up
           link set dev y up
           address add 192.0.2.1/24 dev y
           route add 10.0.0.0/8 via 192.0.2.9
           neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev y nud permanent
           neigh delete 192.0.2.9 dev y
           route delete 10.0.0.0/8
           address delete 192.0.2.1/24 dev y
           link set dev x nomaster
           link delete dev x`,
        ),
      (event) => shown(event) === 'link-removed y down -',
    );
    const lines = events.map(shown);
    for (const line of [
      'link-changed br0 down -',
      'link-changed x up br0',
      'address-added y 192.0.2.1/24',
      'route-added 10.0.0.0/8 192.0.2.9 y',
      'neighbour-changed y 192.0.2.9 02:00:00:00:00:09',
      'route-removed 10.0.0.0/8 192.0.2.9 y',
      'address-removed y 192.0.2.1/24',
      'link-changed x up -',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.some((line) => line.startsWith('neighbour-removed y 192.0.2.9 '))).toBe(true);
    const at = (line: string) => lines.indexOf(line);
    expect(at('address-added y 192.0.2.1/24')).toBeLessThan(at('address-removed y 192.0.2.1/24'));
  });

  it('does not miss what the program itself does next', async () => {
    const iterator = driver.watch()[Symbol.asyncIterator]();
    const first = iterator.next();
    await driver.createLink({ kind: 'bridge', name: 'br0' });
    expect(await first).toMatchObject({
      done: false,
      value: { type: 'link-changed', link: { name: 'br0', kind: 'bridge' } },
    });
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it('ends while it waits: by return, by the signal, and with the driver', async () => {
    const before = resources();
    const returned = driver.watch()[Symbol.asyncIterator]();
    const waiting = returned.next();
    await returned.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });

    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    for await (const event of driver.watch({ signal: stop.signal }))
      throw new Error(`nothing happened, and yet ${event.type}`);

    for await (const _ of driver.watch({ signal: AbortSignal.abort() }))
      throw new Error('it had ended before');

    const other = await createLinuxNetDev({ namespace: { name: namespace } });
    const last = other.watch()[Symbol.asyncIterator]().next();
    await other.linkExists('lo');
    await other.close();
    expect(await last).toEqual({ done: true, value: undefined });
    await expect(other.watch()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'CLOSED' });
    expect(resources()).toEqual(before);
  });

  it('tells of lost events, and then what changed meanwhile', async () => {
    ipAll(namespace, 'link add name x type veth peer name y\n link set dev x up\n link set dev y up');
    const routes = Array.from(
      { length: 30_000 },
      (_, count) =>
        `route add 2001:db8:${(count >> 12).toString(16)}:${(count & 4095).toString(16)}::/64 dev x`,
    );
    execFileSync('ip', ['-n', namespace, '-6', '-batch', '-'], { input: routes.join('\n') });

    // When a link goes down the kernel tells of each of its IPv6 routes at once, which is more than a queue holds.
    const events = await eventsOf(
      async () => {
        ipAll(namespace, 'link set dev x down');
        // Behind the flood, or it would be lost in it and found by comparing: then it comes before the rest.
        await driver.createLink({ kind: 'bridge', name: 'late' });
      },
      (event) => shown(event) === 'link-changed late down -',
    );

    const removed = events.filter(({ type }) => type === 'route-removed').map(shown);
    expect(new Set(removed).size).toBeGreaterThan(29_000);
    expect(events.some(({ type }) => type === 'resync')).toBe(true);
    expect(events.map(shown)).toEqual(
      expect.arrayContaining(['link-changed x down -', 'link-changed late down -']),
    );
  });
});
