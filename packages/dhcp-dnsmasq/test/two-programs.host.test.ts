import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DnsmasqDriver } from '../src/index.js';
import { type Lab, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

const hostOf = (number: number) => ({
  mac: `02:00:00:00:01:${number}`,
  address: `10.0.0.${number}`,
  hostname: `h${number}`,
});

it('lets two programs change one network at the same time, and loses no change of either', async () => {
  const other = await lab.open();
  await lab.dhcp.ensure({ ...network, hosts: [] });
  const change = async (dhcp: DnsmasqDriver, first: number): Promise<void> => {
    for (const number of [first, first + 1, first + 2]) await dhcp.ensureHost('lab', hostOf(number));
    // Writes all hosts anew, those of the other as well.
    await dhcp.removeHost('lab', { mac: hostOf(first).mac });
    await dhcp.ensureHost('lab', hostOf(first + 3));
  };
  await Promise.all([change(lab.dhcp, 20), change(other, 30)]);
  const third = await lab.open();
  const hosts = [21, 22, 23, 31, 32, 33].map(hostOf);
  expect(await third.ensure({ ...network, hosts })).toEqual({ change: 'adopted' });
  for (const dhcp of [other, third]) await dhcp.close();
});
