import { readFileSync } from 'node:fs';
import { netdevRequirements, runNetDevRequirement } from 'netdev-conformance/netdev';
import type { NetDevDriver } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { simulatedDriver } from '../simulated.js';
import { formsOf } from './form.js';
import { furtherForms } from './further-forms.js';

interface Accepted {
  ifconfig: { argv: string[]; exit?: number }[];
}

const accepted: Accepted = JSON.parse(
  readFileSync(new URL('../data/accepted.json', import.meta.url), 'utf8'),
);
const known = new Set(
  accepted.ifconfig.filter(({ exit = 0 }) => exit === 0).flatMap(({ argv }) => formsOf(argv)),
);

/** Every command line that the driver runs while it does all that the conformance suite asks, and a little more. */
async function runEverything(version: 13 | 14): Promise<string[][]> {
  const seen = new Map<string, string[]>();
  const onCommand = (argv: readonly string[]) => seen.set(argv.join('\0'), [...argv]);
  for (const requirement of netdevRequirements().filter(({ uses }) => uses === undefined)) {
    await runNetDevRequirement(requirement, {
      setup: (options) => simulatedDriver({ ...options, version, onCommand }),
      teardown: ({ driver }) => driver.close(),
    });
  }
  const { driver } = await simulatedDriver({ version, onCommand });
  await whatTheSuiteLeavesOut(driver);
  return [...seen.values()];
}

async function whatTheSuiteLeavesOut(driver: NetDevDriver): Promise<void> {
  await driver.createLink({ kind: 'bridge', name: 'bridge3', up: true });
  await driver.createLink({ kind: 'tap', name: 'tap7', master: 'bridge3', flood: false, up: true });
  await driver.updateLink('tap7', { flood: true, learning: false, isolated: true });
  await driver.updateLink('tap7', { learning: true, isolated: false });
  await driver.ensureAddress({ link: 'bridge3', cidr: '2001:db8::1/64' });
  await driver.ensureNeighbour({ link: 'bridge3', address: '2001:db8::9', mac: '02:00:5e:10:00:0f' });
  await driver.deleteNeighbour('bridge3', '2001:db8::9');
  await driver.ensureRoute({ destination: '2001:db8:1::/64', via: '2001:db8::2' });
  await driver.ensureRoute({ destination: '2001:db8:2::/64', link: 'bridge3' });
  await driver.ensureRoute({ destination: '2001:db8:1::/64', via: '2001:db8::3' });
  for (const destination of ['2001:db8:1::/64', '2001:db8:2::/64']) await driver.deleteRoute({ destination });
}

const runs = new Map<number, Promise<string[][]>>();

function commandLines(version: 13 | 14): Promise<string[][]> {
  const run = runs.get(version) ?? runEverything(version);
  runs.set(version, run);
  return run;
}

// The whole suite runs for each version.
describe('what the driver runs', { timeout: 60_000 }, () => {
  it.each([13, 14] as const)('is of a form that FreeBSD %s is known to take', async (version) => {
    const lines = await commandLines(version);
    expect(lines.length).toBeGreaterThan(150);
    const invented = lines.filter((argv) =>
      formsOf(argv).some((form) => !known.has(form) && !Object.hasOwn(furtherForms, form)),
    );
    expect(invented).toEqual([]);
  });

  it('has no form written down that nothing is run in', async () => {
    const used = new Set((await commandLines(14)).flatMap(formsOf));
    expect(Object.keys(furtherForms).filter((form) => !used.has(form))).toEqual([]);
  });

  it('has no option of a hostile value: names and texts are words of their own', () => {
    expect(formsOf(['ifconfig', 'tap0', 'descr', '-vnet jail'])).toEqual([
      'ifconfig <interface>',
      'ifconfig … descr <text>',
    ]);
  });
});
