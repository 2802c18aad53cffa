import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LinkSpec, NetDevDriver } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ipJson, testNamespace } from './host.js';

const namespace = testNamespace('batch-killed');
const kills = Number(process.env['NETDEV_KILLS'] ?? 20);

const specs: LinkSpec[] = [
  { kind: 'bridge', name: 'br0', up: true },
  ...Array.from({ length: 60 }, (_, number): LinkSpec => {
    const settings = { up: true, mtu: 1400, master: 'br0' };
    return { kind: 'veth', name: `e${number}`, ...settings, peer: { name: `f${number}`, up: true } };
  }),
];

/** Makes all links by one batch and deletes them by another, as one program after the other would. */
const program = `
  import { createLinuxNetDev } from 'netdev-linux';
  const specs = ${JSON.stringify(specs)};
  const driver = await createLinuxNetDev({ namespace: { name: '${namespace}' } });
  console.log('start');
  await driver.batch(specs.map((spec) => ({ do: 'create-link', spec })));
  await driver.batch(specs.map(({ name }) => ({ do: 'delete-link', name })));
  await driver.close();
`;

let driver: NetDevDriver;
beforeAll(async () => {
  driver = await createLinuxNetDev({ namespace: { name: namespace } });
});
afterAll(() => driver.close());

const names = (): string[] =>
  ipJson<{ ifname?: string }>(namespace, 'link', 'show').flatMap(({ ifname }) => ifname ?? []);

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
    expect(names()).toHaveLength(1 + 1 + 60 * 2);
    const ends = ipJson(namespace, 'link', 'show', 'master', 'br0');
    expect(ends.map(({ mtu, flags }) => [mtu, (flags as string[]).includes('UP')])).toEqual(
      Array.from({ length: 60 }, () => [1400, true]),
    );
    await driver.batch(specs.map(({ name }) => ({ do: 'delete-link', name })));
    expect(names()).toEqual(['lo']);
  }
  // Not always the same point.
  if (kills >= 10) expect(left.size).toBeGreaterThan(1);
});
