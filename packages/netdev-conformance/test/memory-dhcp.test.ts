import { PlatformError } from 'netdev-core';
import { beforeEach, describe, expect, it } from 'vitest';
import { createMemoryHost, type MemoryHost } from '../src/index.js';

let host: MemoryHost;
const network = {
  key: 'lab',
  interface: 'br0',
  network: '10.0.0.0/24',
  serverAddress: '10.0.0.1',
  ranges: [{ first: '10.0.0.10', last: '10.0.0.12' }],
};

beforeEach(async () => {
  host = createMemoryHost();
  await (await host.netdev()).createLink({ kind: 'bridge', name: 'br0' });
});

const ask = (last: number): string | undefined =>
  host.requestLease('lab', `02:00:00:00:00:0${last}`)?.address;

describe('leases in memory', () => {
  it('are the first free ones of the range, past hosts and the server, until there is none', async () => {
    await (await host.dhcp()).ensure({
      ...network,
      ranges: [{ first: '10.0.0.1', last: '10.0.0.4' }],
      hosts: [{ mac: '02:00:00:00:00:0f', address: '10.0.0.2' }],
    });
    expect([ask(1), ask(2), ask(3), ask(1)]).toEqual(['10.0.0.3', '10.0.0.4', undefined, '10.0.0.3']);
    expect(host.requestLease('lab', '02:00:00:00:00:0f')?.address).toBe('10.0.0.2');
  });

  it('are given up when the range no longer holds them', async () => {
    const dhcp = await host.dhcp();
    await dhcp.ensure(network);
    expect(ask(1)).toBe('10.0.0.10');
    await dhcp.ensure({ ...network, ranges: [{ first: '10.0.0.20', last: '10.0.0.21' }] });
    expect(ask(1)).toBe('10.0.0.20');
    expect((await dhcp.leases('lab')).map(({ address }) => address)).toEqual(['10.0.0.20']);
  });

  it('have the lease time of the host entry before that of the network', async () => {
    await (await host.dhcp()).ensure({
      ...network,
      leaseTime: 600,
      hosts: [{ mac: '02:00:00:00:00:01', address: '10.0.0.2', leaseTime: 1200, hostname: 'web' }],
    });
    expect(host.requestLease('lab', '02-00-00-00-00-01', 'other')).toMatchObject({
      leaseTime: 1200,
      hostname: 'web',
    });
    expect(host.requestLease('lab', '02:00:00:00:00:02', 'mine')).toMatchObject({
      leaseTime: 600,
      hostname: 'mine',
    });
  });

  it('are of no network that has no server, and of none whose server is gone', async () => {
    expect(() => ask(1)).toThrow(PlatformError);
    await (await host.dhcp()).ensure(network);
    host.killDhcpServer('lab');
    expect(ask(1)).toBeUndefined();
  });
});

describe('events in memory', () => {
  it('are kept for who asks later, as many as the driver is told to keep', async () => {
    const dhcp = await host.dhcp({ journalEvents: 2 });
    await dhcp.ensure(network);
    ask(1);
    const stream = dhcp.events('lab', { after: '999.0' })[Symbol.asyncIterator]();
    const types = async (count: number): Promise<string[]> => {
      const told: string[] = [];
      while (told.length < count) told.push((await stream.next()).value?.type ?? 'end');
      return told;
    };
    expect(await types(2)).toEqual(['missed', 'added']);
    for (const last of [2, 3, 1]) ask(last);
    expect(await types(3)).toEqual(['missed', 'added', 'renewed']);
    await dhcp.close();
    expect(await types(1)).toEqual(['end']);
  });
});
