import { describe, expect, it, onTestFinished } from 'vitest';
import { createFreeBsdLab } from './freebsd-lab.js';
import { expected, play } from './scenario-lab.js';
import { scenarios } from './scenarios.js';

// The same table is played with real packets through real iptables: linux.host.test.ts.
describe.each([13, 14] as const)('on the simulated FreeBSD %s, with intents in pf', (version) => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    const lab = await createFreeBsdLab(version);
    onTestFinished(() => lab.close());
    expect(await play(lab, scenario)).toEqual(expected(scenario));
  });
});

it('the table has as many packets as it takes to tell platforms apart', () => {
  expect(scenarios.flatMap(({ packets }) => packets).length).toBeGreaterThanOrEqual(60);
});
