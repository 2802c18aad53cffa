import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LinkSpec, NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ipJson, ipJsonAll, sh, testNamespace } from './host.js';

const namespace = testNamespace('batch-killed');
const kills = Number(process.env['NETDEV_KILLS'] ?? 20);

const specs: LinkSpec[] = [
  { kind: 'bridge', name: 'br0', up: true },
  ...Array.from({ length: 60 }, (_, number): LinkSpec => {
    const settings = { up: true, mtu: 1400, master: 'br0' };
    return { kind: 'veth', name: `e${number}`, ...settings, peer: { name: `f${number}`, up: true } };
  }),
];

/** What the links have, most of it by what comes before in the same batch. */
const additions: NetDevOperation[] = [
  { do: 'add-address', spec: { link: 'br0', cidr: '10.0.0.1/16' } },
  ...Array.from({ length: 60 }, (_, number): NetDevOperation[] => [
    { do: 'add-address', spec: { link: `f${number}`, cidr: `10.1.${number}.1/24` } },
    { do: 'add-route', spec: { destination: `10.2.${number}.0/24`, via: `10.1.${number}.9` } },
    {
      do: 'add-neighbour',
      spec: { link: `f${number}`, address: `10.1.${number}.9`, mac: '02:00:00:00:00:01' },
    },
    {
      do: 'add-forwarding-entry',
      spec: { link: `e${number}`, mac: `02:00:00:00:01:${String(number).padStart(2, '0')}` },
    },
    { do: 'add-routing-rule', spec: { from: `10.1.${number}.0/24`, table: 100, priority: 1000 + number } },
  ]).flat(),
];
const removals: NetDevOperation[] = additions.flatMap((operation): NetDevOperation[] =>
  operation.do === 'add-routing-rule' ? [{ ...operation, do: 'delete-routing-rule' }] : [],
);

/** Makes everything by one batch and deletes it by another, as one program after the other would. */
const program = `
  import { createLinuxNetDev } from 'netdev-linux';
  const specs = ${JSON.stringify(specs)};
  const additions = ${JSON.stringify(additions)};
  const removals = ${JSON.stringify(removals)};
  const driver = await createLinuxNetDev({ namespace: { name: '${namespace}' } });
  console.log('start');
  await driver.batch([...specs.map((spec) => ({ do: 'create-link', spec })), ...additions]);
  await driver.batch([...removals, ...specs.map(({ name }) => ({ do: 'delete-link', name }))]);
  await driver.close();
`;

let driver: NetDevDriver;
beforeAll(async () => {
  driver = await createLinuxNetDev({ namespace: { name: namespace } });
});
afterAll(() => driver.close());

const names = (): unknown[] => ipJson(namespace, 'link', 'show').map(({ ifname }) => ifname);

/** The links, and how much there is of what the additions make. */
function look() {
  const [links = [], addresses = [], routes = [], neighbours = [], rules = []] = ipJsonAll(namespace, [
    'link show',
    'address show to 10.0.0.0/8',
    'route show protocol static',
    'neighbour show nud permanent',
    'rule show table 100',
  ]);
  const entries = sh('bridge', '-n', namespace, 'fdb', 'show');
  return {
    links,
    counts: {
      addresses: addresses.flatMap(({ addr_info }) => addr_info ?? []).length,
      routes: routes.length,
      neighbours: neighbours.length,
      entries: (entries.match(/02:00:00:00:01:.*master br0 static/g) ?? []).length,
      rules: rules.length,
    },
  };
}

/** Runs the program; after a time from the start of its first batch it is killed. Says how long it took. */
async function run(killAfterMs?: number): Promise<{ milliseconds: number; signal: string | null }> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exit]);
  const start = performance.now();
  if (killAfterMs !== undefined) {
    await Promise.race([sleep(killAfterMs), exit]);
    child.kill('SIGKILL');
  }
  const [, signal] = await exit;
  return { milliseconds: performance.now() - start, signal };
}

it(`converges on a second run after SIGKILL at a random point, ${kills} times`, {
  timeout: 30_000 + kills * 10_000,
}, async () => {
  const { milliseconds, signal } = await run();
  expect([signal, names()]).toEqual([null, ['lo']]);
  const left = new Set<number>();
  for (let time = 0; time < kills; time++) {
    await run(Math.random() * milliseconds);
    left.add(names().length);
    for (const spec of specs) await driver.ensureLink(spec);
    await driver.batch(additions);
    const made = look();
    expect(made.links).toHaveLength(1 + 1 + 60 * 2);
    const ends = made.links.filter(({ master }) => master === 'br0');
    expect(ends.map(({ mtu, flags }) => [mtu, (flags as string[]).includes('UP')])).toEqual(
      Array.from({ length: 60 }, () => [1400, true]),
    );
    expect(made.counts).toEqual({ addresses: 61, routes: 60, neighbours: 60, entries: 60, rules: 60 });
    await driver.batch([...removals, ...specs.map(({ name }) => ({ do: 'delete-link', name }) as const)]);
    const gone = look();
    expect(gone.links.map(({ ifname }) => ifname)).toEqual(['lo']);
    expect(gone.counts).toEqual({ addresses: 0, routes: 0, neighbours: 0, entries: 0, rules: 0 });
  }
  // Not always the same point.
  if (kills >= 10) expect(left.size).toBeGreaterThan(1);
});
