import type { NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ipAll, sh } from './host.js';
import { randomOperations, seeded } from './random-operations.js';
import { makeLinks, wholeState } from './whole-state.js';

const namespace = 'batch-undone';
const seeds = Array.from({ length: Number(process.env['NETDEV_SEEDS'] ?? 6) }, (_, number) => number + 1);
let driver: NetDevDriver;
let onTold: (() => void) | undefined;

beforeEach(async () => {
  onTold = undefined;
  sh('ip', 'netns', 'add', namespace);
  sh('ip', '-n', namespace, 'link', 'set', 'lo', 'up');
  // Whether an address has been looked for on the link depends on the time.
  for (const which of ['all', 'default']) {
    sh('ip', 'netns', 'exec', namespace, 'sysctl', '-qw', `net.ipv6.conf.${which}.accept_dad=0`);
  }
  makeLinks(namespace);
  driver = await createLinuxNetDev({ namespace: { name: namespace }, onOperation: () => onTold?.() });
});
afterEach(async () => {
  await driver.close();
  sh('ip', 'netns', 'delete', namespace);
});

/** What a link that was deleted had is not made again, as the driver says. */
const isUndoable = (operation: NetDevOperation): boolean => operation.do !== 'delete-link';

/** Operations that the kernel refuses: among others, and alone. */
const impossible: readonly NetDevOperation[] = [
  { do: 'add-route', spec: { destination: '10.77.0.0/16', via: '203.0.113.7', link: 'far1' } },
  { do: 'create-link', spec: { kind: 'bridge', name: 'eth0' } },
  { do: 'add-address', spec: { link: 'absent0', cidr: '192.0.2.1/24' } },
  { do: 'update-link', name: 'eth0', changes: { mtu: 65536 } },
];

async function fill(seed: number): Promise<void> {
  for (const operation of randomOperations(seeded(seed), 40)) {
    await driver.batch([operation]).catch(() => {});
  }
  ipAll(
    namespace,
    `address replace 198.51.100.1/24 dev eth0 valid_lft 3000 preferred_lft 2000
     address add 198.51.100.2/24 dev eth0
     address add 198.51.100.3/24 dev eth0
     link set dev eth0 up
     route replace 10.30.0.0/16 via 198.51.100.9 dev eth0 src 198.51.100.2 metric 5 mtu 1280 advmss 900
     route append 10.30.0.0/16 via 198.51.100.8 dev eth0 metric 5
     neighbour replace 198.51.100.50 lladdr 02:00:00:00:00:99 dev eth0`,
  );
}

describe('a batch that fails', () => {
  it.each(seeds)('at any place leaves all as it was (seed %i)', { timeout: 120_000 }, async (seed) => {
    await fill(seed);
    const before = wholeState(namespace);
    const operations: NetDevOperation[] = [
      { do: 'add-address', spec: { link: 'eth0', cidr: '198.51.100.7/24' } },
      { do: 'delete-address', link: 'eth0', cidr: '198.51.100.1/24' },
      ...randomOperations(seeded(seed * 1000), 10).filter(isUndoable),
    ];
    for (let place = 0; place <= operations.length; place++) {
      const refused = impossible[place % impossible.length] as NetDevOperation;
      const failed = driver.batch(operations.toSpliced(place, 0, refused));
      const error: unknown = await failed.then(
        () => undefined,
        (cause: unknown) => cause,
      );
      expect(error, `nothing failed at ${place}`).toBeInstanceOf(Error);
      expect(error).not.toMatchObject({ code: 'PARTIAL' });
      expect(
        wholeState(namespace),
        `refused at ${place}: ${JSON.stringify(operations.slice(0, place))}`,
      ).toEqual(before);
    }
  });

  it('because its signal fires in the middle leaves all as it was', async () => {
    await fill(1);
    const before = wholeState(namespace);
    const operations = Array.from({ length: 400 }, (_, number): NetDevOperation[] => [
      { do: 'add-address', spec: { link: 'eth0', cidr: `10.1.${number >> 8}.${number & 255}/32` } },
      { do: 'add-route', spec: { destination: `10.2.${number >> 8}.${number & 255}/32`, link: 'eth0' } },
    ]).flat();
    const controller = new AbortController();
    onTold = () => controller.abort();
    const failed = driver.batch(operations, { signal: controller.signal });
    await expect(failed).rejects.toMatchObject({ code: 'ABORTED' });
    expect(wholeState(namespace)).toEqual(before);
    await expect(driver.batch(operations, { signal: AbortSignal.timeout(15) })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(wholeState(namespace)).toEqual(before);
  });

  it('leaves alone what another program did meanwhile', async () => {
    await fill(2);
    const before = wholeState(namespace);
    onTold = () => {
      onTold = undefined;
      ipAll(namespace, 'address add 192.168.5.1/24 dev port1\n route add 10.40.0.0/16 dev eth0');
    };
    const failed = driver.batch([
      { do: 'add-address', spec: { link: 'eth0', cidr: '192.0.2.99/24' } },
      { do: 'set-forwarding', family: 'ipv4', enabled: true },
      ...impossible,
    ]);
    await expect(failed).rejects.toMatchObject({ errno: 'ENETUNREACH' });
    ipAll(namespace, 'address delete 192.168.5.1/24 dev port1\n route delete 10.40.0.0/16 dev eth0');
    expect(wholeState(namespace)).toEqual(before);
  });
});
