import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, makeLab, network } from './lab.js';
import { type LivingClient, startClient } from './living-client.js';

/** In seconds. */
const DAY = 86_400;
const LEASE = 600;

let lab: Lab;
let ahead = 0;
const clients: LivingClient[] = [];
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(async () => {
  moveClock(-ahead);
  for (const client of clients.splice(0)) await client.end();
  await lab.close();
}, 60_000);

async function start(number: number): Promise<LivingClient> {
  const client = await startClient(lab, number);
  clients.push(client);
  await client.bound();
  return client;
}

/** Only the wall clock (CLOCK_REALTIME): timers go on as before. */
function moveClock(seconds: number): void {
  ahead += seconds;
  execFileSync('date', ['--set', `@${Math.floor(Date.now() / 1000) + seconds}`]);
}

/** For how many seconds each address is leased, by the clock of now. */
async function secondsLeft(): Promise<Record<string, number>> {
  const leases = await lab.dhcp.leases('lab');
  return Object.fromEntries(
    leases.map(({ address, expires }) => [address, ((expires?.getTime() ?? 0) - Date.now()) / 1000]),
  );
}

it('gives no address of a living client to another when the clock jumps a day, and none is lost for good', {
  timeout: 600_000,
}, async () => {
  const ranges = [{ first: '10.0.0.100', last: '10.0.0.102' }];
  await lab.dhcp.ensure({ ...network, hosts: [], leaseTime: LEASE, ranges });
  const one = await start(1);
  const first = String(await one.address());
  expect((await secondsLeft())[first]).toBeLessThanOrEqual(LEASE);

  moveClock(DAY);
  // By this clock its lease is over, and that is what is read.
  const left = (await secondsLeft())[first];
  expect(left ?? -1).toBeLessThan(0);
  const two = await start(2);
  const second = String(await two.address());
  expect(second).not.toBe(first);
  await one.renew();
  expect(await one.address()).toBe(first);
  const renewed = await secondsLeft();
  expect(Object.keys(renewed).sort()).toEqual([first, second].sort());
  for (const seconds of Object.values(renewed)) {
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(LEASE);
  }

  moveClock(-DAY);
  // Leases that were given before last a day longer by this clock, until they are renewed.
  expect((await secondsLeft())[first]).toBeGreaterThan(DAY);
  const three = await start(3);
  const third = String(await three.address());
  expect([first, second]).not.toContain(third);
  for (const client of [one, two]) await client.renew();
  expect([await one.address(), await two.address()]).toEqual([first, second]);
  const all = await secondsLeft();
  expect(Object.keys(all).sort()).toEqual([first, second, third].sort());
  for (const seconds of Object.values(all)) expect(seconds).toBeLessThanOrEqual(LEASE);
});
