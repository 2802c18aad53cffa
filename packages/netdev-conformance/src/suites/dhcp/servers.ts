import assert from 'node:assert/strict';
import type { DhcpCapability, DhcpDriver, DhcpNetwork } from 'netdev-core';
import { refusal, rejection } from '../expect.js';
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

/** What not every server can do, each by a network that has it. */
const richer: { needs: [DhcpCapability]; what: string; network: DhcpNetwork }[] = [
  {
    needs: ['ipv6'],
    what: 'an IPv6 subnet beside the IPv4 one',
    network: {
      ...lab,
      subnets: [
        {
          network: 'fd66::/64',
          serverAddress: 'fd66::1',
          ranges: [{ first: 'fd66::100', last: 'fd66::1ff' }],
          advertise: { mode: 'stateful' },
        },
      ],
    },
  },
  {
    needs: ['relay'],
    what: 'a subnet behind a relay',
    network: {
      ...lab,
      relayed: [
        {
          network: '10.67.0.0/24',
          ranges: [{ first: '10.67.0.10', last: '10.67.0.20' }],
          gateway: '10.67.0.1',
        },
      ],
    },
  },
  {
    needs: ['classes'],
    what: 'classes of clients with options of their own',
    network: {
      ...lab,
      classes: [
        { name: 'phones', match: { vendorClass: 'phone' } },
        { name: 'labs', match: { userClass: 'lab' } },
        { name: 'virtual', match: { mac: '52:54:00' } },
      ],
      options: [{ option: 66, values: ['10.66.0.2'], class: 'phones' }],
    },
  },
  {
    needs: ['boot'],
    what: 'files to boot from the network',
    network: { ...lab, boot: [{ file: 'pxelinux.0', serverAddress: '10.66.0.3' }] },
  },
];

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
    name: 'ensure with a host more, or less, tells the server without a restart',
    async run({ dhcp }) {
      const more = { ...lab, hosts: [webHost, dbHost] };
      const less = { ...lab, hosts: [] };
      const [started, added, none, removed] = await changes(dhcp, lab, more, more, less);
      assert.deepEqual([started, none, removed], ['started', 'none', 'reloaded']);
      assert.ok(added === 'added' || added === 'reloaded', added);
    },
  },
  {
    name: 'ensureHost and removeHost change one host, as if ensure had been called with all; a second call changes nothing',
    async run({ dhcp }) {
      await dhcp.ensure(lab);
      const { change: added } = await dhcp.ensureHost(lab.key, dbHost);
      assert.ok(added === 'added' || added === 'reloaded', added);
      assert.equal((await dhcp.ensureHost(lab.key, dbHost)).change, 'none');
      assert.equal((await dhcp.ensure({ ...lab, hosts: [webHost, dbHost] })).change, 'none');
      const moved = { ...dbHost, address: '10.66.0.22' };
      assert.equal((await dhcp.ensureHost(lab.key, moved)).change, 'reloaded');
      assert.equal((await dhcp.ensure({ ...lab, hosts: [webHost, moved] })).change, 'none');
      assert.equal((await dhcp.removeHost(lab.key, { mac: dbHost.mac.toUpperCase() })).change, 'reloaded');
      assert.equal((await dhcp.removeHost(lab.key, dbHost)).change, 'none');
      assert.equal((await dhcp.ensure(lab)).change, 'none');
    },
  },
  {
    name: 'a host that another driver added is known to all of them',
    async run({ dhcp, open }) {
      await dhcp.ensure(lab);
      const other = await open();
      await other.ensureHost(lab.key, dbHost);
      assert.equal((await dhcp.ensureHost(lab.key, dbHost)).change, 'none');
      await refusal(dhcp.ensureHost(lab.key, { ...dbHost, mac: '02:00:5e:20:00:03' }), 'address');
      assert.equal((await other.ensure({ ...lab, hosts: [webHost, dbHost] })).change, 'none');
    },
  },
  {
    name: 'ensureHost and removeHost of a network that is not served reject with NetworkNotServedError',
    async run({ dhcp }) {
      await rejection(dhcp.ensureHost('never-was', dbHost), 'NETWORK_NOT_SERVED');
      await rejection(dhcp.removeHost('never-was', dbHost), 'NETWORK_NOT_SERVED');
      await dhcp.ensure(lab);
      await dhcp.remove(lab.key);
      await rejection(dhcp.ensureHost(lab.key, dbHost), 'NETWORK_NOT_SERVED');
    },
  },
  ...richer.map(
    ({ needs, what, network }): DhcpDemand => ({
      name: `ensure serves ${what} and converges`,
      needs,
      async run({ dhcp }) {
        assert.deepEqual(await changes(dhcp, network, network, lab, network), [
          'started',
          'none',
          'restarted',
          'restarted',
        ]);
      },
    }),
  ),
  {
    name: 'ensure starts the server of a network with everything in it, and converges',
    async run({ dhcp }) {
      const fitting = richer.filter(({ needs }) => needs.every((name) => dhcp.capabilities.has(name)));
      const all = Object.assign({}, lab, ...fitting.map(({ network }) => network)) as DhcpNetwork;
      assert.deepEqual(await changes(dhcp, all, all), ['started', 'none']);
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
        { ranges: [{ first: '10.66.0.100', last: '10.66.0.120' }] },
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
