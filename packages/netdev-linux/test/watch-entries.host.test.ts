import { execFileSync, spawnSync } from 'node:child_process';
import { pbkdf2 } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { NetDevDriver, NetDevEvent } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { driverForTests, ipAll, resources, sh, testNamespace } from './host.js';

const namespace = testNamespace('watch-entries');
const mac = '02:00:5e:10:00:0f';
let driver: NetDevDriver;
driverForTests(namespace, (made) => {
  driver = made;
});

/** Events while something is done; a rule marks the end. */
async function eventsOf(work: () => unknown): Promise<NetDevEvent[]> {
  const events: NetDevEvent[] = [];
  const watched = driver.watch({ signal: AbortSignal.timeout(30_000) })[Symbol.asyncIterator]();
  const ready = watched.next();
  await driver.createLink({ kind: 'bridge', name: 'ready' });
  await ready;
  await work();
  // It stays until it was told, so that it is found by comparing where the event about it is lost.
  ipAll(namespace, 'rule add priority 999 table 999');
  for (;;) {
    const { done, value } = await watched.next();
    if (done === true) break;
    if (value.type === 'routing-rule-added' && value.rule.priority === 999) break;
    events.push(value);
  }
  await watched.return?.();
  ipAll(namespace, 'rule delete priority 999 table 999');
  return events;
}

const told = (events: readonly NetDevEvent[], about: string): string[] =>
  events.flatMap((event) => {
    if ('rule' in event && event.rule.priority !== 999) {
      const { family, priority, from, inputLink, action, table } = event.rule;
      return [[event.type, family, priority, from ?? inputLink, action, table].join(' ')];
    }
    if (!('entry' in event) || event.entry.mac !== about) return [];
    const { link, origin, bridge, remote } = event.entry;
    return [[event.type, link, origin, bridge ?? remote].join(' ')];
  });

describe('watching', () => {
  it('tells what bridge(8) changes in forwarding databases', async () => {
    ipAll(
      namespace,
      `link add name br0 type bridge
       link add name a type veth peer name ap
       link add name b type veth peer name bp
       link set dev a master br0
       link set dev b master br0
       link add name vx0 type vxlan id 5 dstport 4789`,
    );
    const fdb = (line: string) => sh('bridge', '-n', namespace, 'fdb', ...line.split(' '));
    const events = await eventsOf(() => {
      fdb(`add ${mac} dev a master static`);
      fdb(`replace ${mac} dev b master static`);
      fdb(`delete ${mac} dev b master`);
      fdb(`add ${mac} dev vx0 dst 192.0.2.7 self permanent`);
      fdb(`replace ${mac} dev vx0 dst 192.0.2.8 self permanent`);
      fdb(`delete ${mac} dev vx0 dst 192.0.2.8 self`);
      fdb(`add ${mac} dev a master local`);
      ipAll(namespace, 'link set dev a nomaster');
    });
    expect(told(events, mac)).toEqual([
      'forwarding-entry-changed a static br0',
      'forwarding-entry-changed b static br0',
      'forwarding-entry-removed b static br0',
      'forwarding-entry-changed vx0 static 192.0.2.7',
      'forwarding-entry-changed vx0 static 192.0.2.8',
      'forwarding-entry-removed vx0 static 192.0.2.8',
      'forwarding-entry-changed a local br0',
      'forwarding-entry-removed a local br0',
    ]);
  });

  it('tells of a bridge before it tells of the address that it has', async () => {
    const events = await eventsOf(() => ipAll(namespace, `link add name br0 address ${mac} type bridge`));
    const about = events.filter(
      (event) =>
        ('link' in event && event.link.name === 'br0') || ('entry' in event && event.entry.mac === mac),
    );
    expect(about[0]).toMatchObject({ type: 'link-changed', link: { name: 'br0' } });
    expect(told(events, mac)).toContain('forwarding-entry-changed br0 local br0');
    expect(told(events, mac).filter((line) => line.includes('#'))).toEqual([]);
  });

  it('tells of an address that a bridge learns, and forgets', async () => {
    ipAll(
      namespace,
      `link add name br0 type bridge forward_delay 0
       link set dev br0 up
       link add name a type veth peer name ap
       link set dev a master br0 up
       link set dev ap address ${mac}
       address add 192.0.2.7/24 dev ap`,
    );
    const events = await eventsOf(async () => {
      ipAll(namespace, 'link set dev ap up');
      await driver.announceAddress('ap', '192.0.2.7');
      ipAll(namespace, 'link delete dev br0');
    });
    expect(told(events, mac)).toEqual(
      expect.arrayContaining([
        'forwarding-entry-changed a learned br0',
        'forwarding-entry-removed a learned br0',
      ]),
    );
  });

  it('tells what ip-rule(8) changes in the routing policy', async () => {
    const events = await eventsOf(() =>
      ipAll(
        namespace,
        `rule add from 192.0.2.0/24 priority 10 table 100
         -6 rule add iif lo priority 11 prohibit
         rule delete from 192.0.2.0/24 priority 10 table 100
         -6 rule delete priority 11`,
      ),
    );
    expect(told(events, mac)).toEqual([
      'routing-rule-added ipv4 10 192.0.2.0/24 lookup 100',
      'routing-rule-added ipv6 11 lo prohibit ',
      'routing-rule-removed ipv4 10 192.0.2.0/24 lookup 100',
      'routing-rule-removed ipv6 11 lo prohibit ',
    ]);
  });

  it('tells of what a vxlan misses, where it is told to', async () => {
    ipAll(
      namespace,
      `link add name vx0 type vxlan id 5 dstport 4789 proxy l2miss l3miss
       link set dev vx0 up
       link add name br0 type bridge forward_delay 0
       link set dev br0 up
       link add name a type veth peer name ap
       link set dev a master br0 up
       link set dev ap up
       link set dev vx0 master br0
       address add 192.0.2.1/24 dev ap
       neighbour add 192.0.2.7 lladdr ${mac} dev ap nud permanent`,
    );
    const events = await eventsOf(() => {
      // One that this host knows, to which a frame goes, and one that a question is sent for.
      for (const address of ['192.0.2.7', '192.0.2.8'])
        spawnSync('ip', ['netns', 'exec', namespace, 'busybox', 'ping', '-c', '1', '-W', '1', address]);
    });
    const missing = events.flatMap((event) => ('missing' in event ? [event] : []));
    expect(missing).toEqual(
      expect.arrayContaining([
        { type: 'forwarding-entry-missing', missing: { link: 'vx0', mac } },
        { type: 'neighbour-missing', missing: { link: 'vx0', address: '192.0.2.8' } },
      ]),
    );
  });

  it('tells of forwarding entries and rules also when the events about them were lost', async () => {
    ipAll(namespace, 'link add name br0 type bridge\n link add name a type veth peer name ap');
    ipAll(namespace, 'link set dev a master br0\n rule add priority 20 table 100');
    const macs = Array.from(
      { length: 30_000 },
      (_, count) => `02:00:00:00:${(count >> 8).toString(16)}:${(count & 255).toString(16)}`,
    );
    const adds = macs.map((each) => `fdb add ${each} dev a master static`).join('\n');
    execFileSync('bridge', ['-n', namespace, '-batch', '-'], { input: adds });

    // A port that leaves takes its entries along, and the kernel tells of each at once: more than a queue holds.
    const events = await eventsOf(() =>
      execFileSync('ip', ['-n', namespace, '-batch', '-'], {
        input: `link set dev a nomaster
                rule delete priority 20
                rule add priority 21 table 101`,
      }),
    );
    expect(events.some(({ type }) => type === 'resync')).toBe(true);
    const removed = events.flatMap((event) =>
      event.type === 'forwarding-entry-removed' && event.entry.origin === 'static' ? [event.entry.mac] : [],
    );
    expect([removed.length, new Set(removed).size]).toEqual([30_000, 30_000]);
    expect(told(events, mac)).toEqual([
      'routing-rule-removed ipv4 20  lookup 100',
      'routing-rule-added ipv4 21  lookup 101',
    ]);
    ipAll(namespace, 'rule delete priority 21');
  });
});

it('watching takes none of the threads that Node shares out, and leaves nothing open', async () => {
  const before = resources();
  const stop = new AbortController();
  const watched = Array.from({ length: 6 }, () =>
    driver.watch({ signal: stop.signal })[Symbol.asyncIterator](),
  );
  const waiting = watched.map((each) => each.next());
  // Node has four such threads: if watching held them, none of this would ever end.
  await driver.listLinks();
  const work = [
    ...Array.from({ length: 8 }, () => readFile('/proc/self/stat', 'utf8')),
    ...Array.from({ length: 8 }, () => promisify(pbkdf2)('a', 'b', 1, 16, 'sha256')),
  ];
  expect(await Promise.all(work)).toHaveLength(16);
  stop.abort();
  expect(await Promise.all(waiting)).toEqual(watched.map(() => ({ done: true, value: undefined })));

  for (let round = 0; round < 10; round++) {
    const events = driver.watch()[Symbol.asyncIterator]();
    const next = events.next();
    if (round % 2 === 0) await driver.ensureLink({ kind: 'bridge', name: `br${round}` });
    await Promise.all([events.return?.(), next]);
  }
  expect(resources()).toEqual(before);
});
