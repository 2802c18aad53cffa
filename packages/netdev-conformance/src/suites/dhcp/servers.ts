import assert from 'node:assert/strict';
import type { DhcpDriver, DhcpNetwork } from 'netdev-core';
import { rejection } from '../expect.js';
import type { DhcpDemand } from './context.js';
import { dbHost, lab, open as openNetwork, webHost } from './networks.js';

async function changes(dhcp: DhcpDriver, ...networks: DhcpNetwork[]): Promise<string[]> {
  const done: string[] = [];
  for (const network of networks) done.push((await dhcp.ensure(network)).change);
  return done;
}

async function running(dhcp: DhcpDriver): Promise<string[]> {
  return (await dhcp.list())
    .filter((status) => status.running)
    .map(({ key }): string => key)
    .sort();
}

export const servers: DhcpDemand[] = [
  {
    name: 'ensure starts the server; done again it does nothing and says so',
    async run({ dhcp }) {
      assert.deepEqual(await changes(dhcp, lab, lab, structuredClone(lab)), ['started', 'none', 'none']);
    },
  },
  {
    name: 'list shows the servers with key, device and address',
    async run({ dhcp }) {
      assert.deepEqual(await dhcp.list(), []);
      await changes(dhcp, lab, openNetwork);
      const shown = (await dhcp.list()).map(({ key, running: runs, interface: name, serverAddress }) => [
        key,
        runs,
        name,
        serverAddress,
      ]);
      assert.deepEqual(shown.sort(), [
        ['cf-open', true, 'dhcp1', '10.66.1.1'],
        ['cf/lab', true, 'dhcp0', '10.66.0.1'],
      ]);
    },
  },
  {
    name: 'ensure with a host more, or less, reloads the server without a restart',
    async run({ dhcp }) {
      const more = { ...lab, hosts: [webHost, dbHost] };
      const less = { ...lab, hosts: [] };
      assert.deepEqual(await changes(dhcp, lab, more, more, less), [
        'started',
        'reloaded',
        'none',
        'reloaded',
      ]);
    },
  },
  {
    name: 'ensure with another setting of the network changes the server that runs',
    async run({ dhcp }) {
      await dhcp.ensure(lab);
      for (const changed of [
        { leaseTime: 1200 },
        { gateway: null },
        { domain: 'other.example' },
        { dnsServers: ['10.66.0.53'] },
        { mtu: 1400 },
        { options: [{ option: 42, values: ['10.66.0.1'] }] },
        { range: { first: '10.66.0.100', last: '10.66.0.120' } },
      ]) {
        const [change, again] = await changes(dhcp, { ...lab, ...changed }, { ...lab, ...changed });
        const shown = JSON.stringify(changed);
        assert.ok(change === 'reloaded' || change === 'restarted', `${shown}: ${change}`);
        assert.equal(again, 'none', shown);
      }
      assert.deepEqual(await running(dhcp), ['cf/lab']);
    },
  },
  {
    name: 'ensure adopts a server that an earlier driver left, and changes it if need be',
    async run({ dhcp, open }) {
      await changes(dhcp, lab, openNetwork);
      await dhcp.close();
      const next = await open();
      assert.deepEqual(await running(next), ['cf-open', 'cf/lab']);
      assert.deepEqual(await changes(next, lab, lab), ['adopted', 'none']);
      const [change] = await changes(next, { ...openNetwork, leaseTime: 1200 });
      assert.ok(change === 'reloaded' || change === 'restarted', change);
    },
  },
  {
    name: 'ensure starts a server again that is gone',
    uses: 'killServer',
    async run({ dhcp, killServer }) {
      await dhcp.ensure(lab);
      await killServer(lab.key);
      assert.deepEqual(await running(dhcp), []);
      assert.deepEqual(await changes(dhcp, lab, lab), ['started', 'none']);
    },
  },
  {
    name: 'ensure on a device that is missing rejects, and no server runs then',
    async run({ dhcp }) {
      await assert.rejects(dhcp.ensure({ ...lab, interface: 'cf-none' }));
      assert.deepEqual(await running(dhcp), []);
    },
  },
  {
    name: 'calls at the same time for one network end in the state of the last',
    async run({ dhcp }) {
      const more = { ...lab, hosts: [webHost, dbHost] };
      await Promise.all([dhcp.ensure(lab), dhcp.ensure(more), dhcp.ensure(lab), dhcp.ensure(more)]);
      assert.equal((await dhcp.ensure(more)).change, 'none');
      assert.deepEqual(await running(dhcp), ['cf/lab']);
    },
  },
  {
    name: 'remove stops the server of this network only, and answers whether there was anything',
    async run({ dhcp }) {
      await changes(dhcp, lab, openNetwork);
      assert.equal(await dhcp.remove(lab.key), true);
      assert.deepEqual(await running(dhcp), ['cf-open']);
      assert.equal(await dhcp.remove(lab.key), false);
      assert.equal(await dhcp.remove('never-was'), false);
      assert.deepEqual(await changes(dhcp, lab), ['started']);
    },
  },
  {
    name: 'leases of a network that nobody asked yet, or that never was, are none',
    async run({ dhcp }) {
      await dhcp.ensure(lab);
      assert.deepEqual([await dhcp.leases(lab.key), await dhcp.leases('never-was')], [[], []]);
    },
  },
];

export const lifeCycle: DhcpDemand[] = [
  {
    name: 'close frees what the driver holds, and the servers run on; it may be called twice',
    async run({ dhcp, open }) {
      await dhcp.ensure(lab);
      await dhcp.close();
      await dhcp.close();
      await dhcp[Symbol.asyncDispose]();
      assert.deepEqual(await running(await open()), ['cf/lab']);
    },
  },
  {
    name: 'after close ensure and remove reject with ClosedError',
    async run({ dhcp }) {
      await dhcp.close();
      await rejection(dhcp.ensure(lab), 'CLOSED');
      await rejection(dhcp.remove(lab.key), 'CLOSED');
    },
  },
  {
    name: 'an ensure whose signal fired before rejects with AbortedError, and starts nothing',
    async run({ dhcp }) {
      await rejection(dhcp.ensure(lab, { signal: AbortSignal.abort() }), 'ABORTED');
      assert.deepEqual(await running(dhcp), []);
      assert.equal((await dhcp.ensure(lab)).change, 'started');
    },
  },
];
