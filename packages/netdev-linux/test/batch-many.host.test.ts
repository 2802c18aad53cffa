import type { LinkSpec, NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { ipJson, testNamespace } from './host.js';

const namespace = testNamespace('batch-many');
const COUNT = 150;
const numbers = Array.from({ length: COUNT }, (_, number) => number);
let told: NetDevOperation[] = [];
let onTold: ((operation: NetDevOperation) => void) | undefined;
let driver: NetDevDriver;

beforeAll(async () => {
  driver = await createLinuxNetDev({
    namespace: { name: namespace },
    onOperation: (operation) => {
      told.push(operation);
      onTold?.(operation);
    },
  });
});
beforeEach(() => {
  told = [];
});
afterEach(async () => {
  onTold = undefined;
  const names = shown().map(({ ifname }) => ifname);
  await driver.batch(
    names.filter((name) => name !== 'lo').map((name) => ({ do: 'delete-link', name }) as const),
  );
  expect(shown().map(({ ifname }) => ifname)).toEqual(['lo']);
});
afterAll(() => driver.close());

interface Shown {
  ifname: string;
  mtu: number;
  flags: string[];
  master?: string;
  group: string;
}
/** The queueing discipline is not among it: a link that was up once keeps the one it got. */
const shown = (): Shown[] =>
  ipJson<Partial<Shown>>(namespace, 'link', 'show').flatMap(({ ifname, mtu, flags, master, group }) =>
    ifname === undefined || mtu === undefined || flags === undefined || group === undefined
      ? []
      : [{ ifname, mtu, flags, group, ...(master === undefined ? {} : { master }) }],
  );

const pairSpec = (number: number): LinkSpec => ({
  kind: 'veth',
  name: `e${number}`,
  peer: { name: `f${number}` },
});
const creations: NetDevOperation[] = [
  { do: 'create-link', spec: { kind: 'bridge', name: 'br0', up: true } },
  ...numbers.map((number): NetDevOperation => ({ do: 'create-link', spec: pairSpec(number) })),
];
const updates = (changes: (NetDevOperation & { do: 'update-link' })['changes']): NetDevOperation[] =>
  numbers.map((number) => ({ do: 'update-link', name: `e${number}`, changes }));
const deletions: NetDevOperation[] = numbers.map((number) => ({ do: 'delete-link', name: `e${number}` }));

it('makes, changes, joins and deletes many links, each told in order', async () => {
  const operations = [...creations, ...updates({ up: true, mtu: 1400 }), ...updates({ master: 'br0' })];
  await driver.batch(operations);
  expect(told).toEqual(operations);
  const ends = shown().filter(({ ifname }) => ifname.startsWith('e'));
  expect(ends).toHaveLength(COUNT);
  expect(new Set(ends.map(({ mtu, master, group }) => `${mtu} ${master} ${group}`))).toEqual(
    new Set(['1400 br0 default']),
  );
  expect(ends.every(({ flags }) => flags.includes('UP'))).toBe(true);

  told = [];
  await driver.batch(operations.filter((operation) => operation.do === 'update-link'));
  expect(told).toEqual([]);

  await driver.batch([...deletions, { do: 'delete-link', name: 'f0' }, { do: 'delete-link', name: 'br0' }]);
  expect(told).toEqual([...deletions, { do: 'delete-link', name: 'br0' }]);
  expect(shown().map(({ ifname }) => ifname)).toEqual(['lo']);
});

it('makes links of the other kinds between each other', async () => {
  const kinds = (['tap', 'vlan', 'dummy'] as const).filter((kind) => driver.capabilities.has(kind));
  const specs: LinkSpec[] = kinds.map((kind) =>
    kind === 'vlan'
      ? { kind, name: 'vlan0', parent: 'e0', vlanId: 5, up: true }
      : { kind, name: `${kind}0`, master: 'br0', up: true, mtu: 1300 },
  );
  await driver.batch([
    ...creations.slice(0, 2),
    { do: 'set-forwarding', family: 'ipv6', enabled: true },
    { do: 'update-link', name: 'e0', changes: { up: true } },
    ...specs.map((spec): NetDevOperation => ({ do: 'create-link', spec })),
    { do: 'update-link', name: 'br0', changes: { name: 'br1' } },
    { do: 'update-link', name: 'e0', changes: { master: 'br1', hairpin: true } },
    { do: 'set-forwarding', family: 'ipv6', enabled: false },
  ]);
  const links = shown();
  expect(links.map(({ ifname }) => ifname)).toEqual(
    expect.arrayContaining(['br1', 'e0', 'f0', ...kinds.map((kind) => `${kind}0`)]),
  );
  expect(links.find(({ ifname }) => ifname === 'e0')?.master).toBe('br1');
  for (const name of ['tap0', 'dummy0']) {
    const link = links.find(({ ifname }) => ifname === name);
    if (link !== undefined) expect(link).toMatchObject({ mtu: 1300, master: 'br1' });
  }
});

it('takes everything back when the kernel refuses one in the middle, and tells of both', async () => {
  await driver.createLink({ kind: 'veth', name: 'old', mtu: 1450, peer: { name: 'old-far' } });
  const before = shown();
  told = [];
  const failed = driver.batch([
    { do: 'update-link', name: 'old', changes: { mtu: 1350, up: true } },
    ...creations,
    ...updates({ up: true }),
    { do: 'update-link', name: 'e9', changes: { mtu: 65536 } },
    ...updates({ master: 'br0' }),
    { do: 'delete-link', name: 'old' },
  ]);
  await expect(failed).rejects.toMatchObject({
    code: 'PLATFORM',
    operation: 'change link',
    object: 'e9',
    errno: 'EINVAL',
    detail: expect.stringContaining('mtu greater than device maximum'),
  });
  expect(shown()).toEqual(before);
  const names = (what: NetDevOperation['do']) =>
    told.flatMap((operation) =>
      operation.do !== what
        ? []
        : 'spec' in operation && 'name' in operation.spec
          ? [operation.spec.name]
          : 'name' in operation
            ? [operation.name]
            : [],
    );
  expect(names('delete-link').sort()).toEqual(names('create-link').sort());
  expect(names('create-link')).toHaveLength(COUNT + 1);
});

it('stops at a link that cannot be deleted; those behind it stay as they were', async () => {
  await driver.batch(creations.slice(1, 13));
  const lo: NetDevOperation = { do: 'delete-link', name: 'lo' };
  const failed = driver.batch(deletions.slice(0, 12).toSpliced(1, 0, lo));
  await expect(failed).rejects.toMatchObject({
    code: 'PARTIAL',
    left: [expect.stringContaining('delete-link')],
    cause: { operation: 'delete link', object: 'lo', errno: 'EOPNOTSUPP' },
  });
  const rest = shown();
  expect(rest.map(({ ifname }) => ifname).filter((name) => name.startsWith('e'))).toEqual(
    deletions.slice(1, 12).map((operation) => 'name' in operation && operation.name),
  );
  expect(rest.map(({ group }) => group)).toEqual(rest.map(() => 'default'));
});

it('stops between two sends when its signal fires, and takes back what was done', async () => {
  const controller = new AbortController();
  onTold = () => controller.abort();
  const given = driver.batch([...creations, ...updates({ up: true })], { signal: controller.signal });
  await expect(given).rejects.toMatchObject({ code: 'ABORTED' });
  expect(told.some((operation) => operation.do === 'create-link')).toBe(true);
  expect(told.length).toBeLessThan(creations.length + COUNT);
  expect(shown().map(({ ifname }) => ifname)).toEqual(['lo']);
});
