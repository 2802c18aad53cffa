import { describe, expect, it, onTestFinished } from 'vitest';
import { createLinuxLab } from './linux-lab.js';
import { expected, play } from './scenario-lab.js';
import { scenarios } from './scenarios.js';

// The same table is played on the simulated FreeBSD host: freebsd.test.ts.
describe.each(['nft', 'legacy'] as const)('on Linux, with the original rules in iptables-%s', (variant) => {
  it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    const lab = await createLinuxLab(variant);
    onTestFinished(() => lab.close());
    expect(await play(lab, scenario)).toEqual(expected(scenario));
  });
});
