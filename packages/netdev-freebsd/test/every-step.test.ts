import { createFreeBsdHost, type FreeBsdHost } from 'netdev-conformance/freebsd';
import { isNetDevError, type NetDevDriver } from 'netdev-core';
import { createAnsweringRunner, type Runner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { createFreeBsdNetDev } from '../src/index.js';

/** What a host is in, but for what it counts. */
function stateOf(host: FreeBsdHost): string {
  const shown = [
    'ifconfig -a',
    'netstat -rn',
    'arp -an',
    'ndp -an',
    'jls name',
    'sysctl -n net.inet.ip.forwarding',
  ];
  return shown.map((line) => host.run(line.split(' ')).stdout).join('\n');
}

/** A host on which the nth command that changes something says that it failed, before it does anything. */
function failingAt(host: FreeBsdHost, step: { left: number }): Runner {
  return createAnsweringRunner(({ argv, namespace }) => {
    const isReading = /^(?:netstat|ifconfig -a|arp -an|ndp -an|jls|sysctl -)/.test(argv.join(' '));
    if (!isReading) {
      step.left -= 1;
      if (step.left === 0) return { exitCode: 1, stderr: `${argv[0]}: not this time\n` };
    }
    const jail = namespace !== undefined && 'name' in namespace ? ['jexec', namespace.name] : [];
    return host.run([...jail, ...argv]);
  });
}

async function prepare(driver: NetDevDriver): Promise<void> {
  await driver.createNamespace('red');
  await driver.createLink({ kind: 'bridge', name: 'br100', up: true });
  await driver.createLink({ kind: 'bridge', name: 'br200', up: true });
  await driver.createLink({ kind: 'tap', name: 'tap-g1', master: 'br100', isolated: true, up: true });
  await driver.createLink({ kind: 'tap', name: 'tap-g2', alias: 'spare', up: true });
  await driver.createLink({ kind: 'tap', name: 'tap-g3' });
  await driver.ensureAddress({ link: 'tap-g2', cidr: '192.0.2.10/24' });
  await driver.ensureAddress({ link: 'tap-g2', cidr: '192.0.2.11/24' });
  await driver.ensureRoute({ destination: 'default', via: '192.0.2.1' });
  await driver.ensureNeighbour({ link: 'tap-g2', address: '192.0.2.1', mac: '02:00:5e:10:00:0e' });
}

const operations: Record<string, (driver: NetDevDriver) => Promise<unknown>> = {
  'createLink of a tap': (d) =>
    d.createLink({
      ...{ kind: 'tap', name: 'cf0', mac: '02:00:5e:10:00:01', mtu: 1500, alias: 'one', up: true },
      ...{ master: 'br100', isolated: true, learning: false },
    }),
  'createLink of a pair with an end in a jail': (d) =>
    d.createLink({
      ...{ kind: 'veth', name: 'cf0', up: true, master: 'br200' },
      peer: { name: 'eth0', mac: '02:00:5e:10:00:02', mtu: 1400, up: true, namespace: { name: 'red' } },
    }),
  'createLink of a vlan': (d) =>
    d.createLink({ kind: 'vlan', name: 'cf0', parent: 'tap-g2', vlanId: 7, up: true }),
  'updateLink of a port': (d) =>
    d.updateLink('tap-g1', {
      ...{ name: 'cf1', mac: '02:00:5e:10:00:03', alias: 'other', promiscuous: true, up: false },
      ...{ master: 'br200', flood: false },
    }),
  'updateLink of a port that stays': (d) => d.updateLink('tap-g1', { isolated: false, learning: false }),
  'updateLink of a bridge': (d) =>
    d.updateLink('br100', { mtu: 1500, bridge: { ageingTime: 77 }, up: false }),
  ensureAddress: (d) => d.ensureAddress({ link: 'tap-g1', cidr: '198.51.100.1/24' }),
  'ensureAddress on a link that is down': (d) => d.ensureAddress({ link: 'tap-g3', cidr: '198.51.100.1/24' }),
  'ensureRoute in place of another': (d) => d.ensureRoute({ destination: 'default', via: '192.0.2.2' }),
  'ensureNeighbour in place of another': (d) =>
    d.ensureNeighbour({ link: 'tap-g2', address: '192.0.2.1', mac: '02:00:5e:10:00:0f' }),
  moveLayer3: (d) => d.moveLayer3('tap-g2', 'br200'),
  batch: (d) =>
    d.batch([
      { do: 'create-link', spec: { kind: 'tap', name: 'cf0', up: true } },
      { do: 'add-address', spec: { link: 'cf0', cidr: '203.0.113.1/24' } },
      { do: 'delete-address', link: 'tap-g2', cidr: '192.0.2.10/24' },
      { do: 'set-forwarding', family: 'ipv4', enabled: true },
    ]),
};

/** The first step, the second … fails, until there are no more: what came of each, and how the host was before and after. */
async function* failures(operation: (driver: NetDevDriver) => Promise<unknown>) {
  for (let nth = 1; ; nth += 1) {
    const host = createFreeBsdHost();
    const step = { left: 0 };
    const driver = await createFreeBsdNetDev({ runner: failingAt(host, step) });
    await prepare(driver);
    const before = stateOf(host);
    step.left = nth;
    const outcome = await operation(driver).then(
      () => 'done',
      (error: unknown) => (isNetDevError(error) ? error.code : error),
    );
    if (step.left > 0) return;
    yield { nth, outcome, before, after: stateOf(host) };
  }
}

describe('when one step fails, whichever it is, nothing has changed', () => {
  it.each(Object.entries(operations))('%s', async (_, operation) => {
    let count = 0;
    for await (const { nth, outcome, before, after } of failures(operation)) {
      expect([nth, outcome]).toEqual([nth, 'PLATFORM']);
      expect(after).toBe(before);
      count += 1;
    }
    expect(count).toBeGreaterThan(0);
  });
});

it('announcing goes on after a failure, since half of it would lose the order of addresses', async () => {
  let count = 0;
  for await (const { outcome, before, after } of failures((d) => d.announceAddress('tap-g2', '192.0.2.10'))) {
    expect([outcome, after]).toEqual(['done', before]);
    count += 1;
  }
  expect(count).toBe(2);
});
