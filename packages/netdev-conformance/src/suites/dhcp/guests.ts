import assert from 'node:assert/strict';
import type { DhcpHost } from 'netdev-core';
import { eventually } from '../expect.js';
import type { DhcpDemand } from './context.js';
import { dbHost, lab, open as openNetwork, strangerMac, webHost } from './networks.js';

export const guests: DhcpDemand[] = [
  {
    name: 'a known host gets its address, with gateway, DNS server, domain and lease time of the network',
    uses: 'client',
    async run({ dhcp, client }) {
      await dhcp.ensure({ ...lab, mtu: 1400 });
      assert.deepEqual(await client.request('dhcp0', webHost.mac), {
        address: webHost.address,
        gateway: '10.66.0.1',
        dnsServers: ['10.66.0.1'],
        domain: 'lab.example',
        mtu: 1400,
        leaseTime: 600,
      });
    },
  },
  {
    name: 'gateway null hands out none, and DNS servers of the network are handed out in order',
    uses: 'client',
    async run({ dhcp, client }) {
      await dhcp.ensure({ ...lab, gateway: null, dnsServers: ['10.66.0.53', '192.0.2.53'] });
      const answer = await client.request('dhcp0', webHost.mac);
      assert.deepEqual([answer?.gateway, answer?.dnsServers], [undefined, ['10.66.0.53', '192.0.2.53']]);
    },
  },
  {
    name: 'without a range only known hosts are served',
    uses: 'client',
    async run({ dhcp, client }) {
      await dhcp.ensure(lab);
      assert.equal(await client.request('dhcp0', strangerMac), undefined);
    },
  },
  {
    name: 'a client without a host entry gets an address of the range, and the same one again',
    uses: 'client',
    async run({ dhcp, client }) {
      await dhcp.ensure(openNetwork);
      const first = (await client.request('dhcp1', strangerMac))?.address;
      assert.ok(first === '10.66.1.100' || first === '10.66.1.101', first);
      assert.equal((await client.request('dhcp1', strangerMac))?.address, first);
    },
  },
  {
    name: 'a host that was added gets its address, and leases are kept over the change',
    uses: 'client',
    async run({ dhcp, client }) {
      await dhcp.ensure(lab);
      await client.request('dhcp0', webHost.mac);
      await dhcp.ensure({ ...lab, hosts: [webHost, dbHost] });
      assert.equal((await client.request('dhcp0', dbHost.mac))?.address, dbHost.address);
      await dhcp.ensure({ ...lab, hosts: [webHost, dbHost], leaseTime: 1200 });
      const held = (await dhcp.leases(lab.key)).map(({ address }) => address);
      assert.deepEqual(held.sort(), [webHost.address, dbHost.address]);
    },
  },
  {
    name: 'a host that ensureHost added gets its address at once, and one that removeHost took out is answered no more',
    uses: 'client',
    async run({ dhcp, client }) {
      await dhcp.ensure(lab);
      await dhcp.ensureHost(lab.key, dbHost);
      assert.equal((await client.request('dhcp0', dbHost.mac))?.address, dbHost.address);
      await dhcp.ensureHost(lab.key, { ...dbHost, address: '10.66.0.22' });
      assert.equal((await client.request('dhcp0', dbHost.mac))?.address, '10.66.0.22');
      await dhcp.removeHost(lab.key, dbHost);
      assert.equal(await client.request('dhcp0', dbHost.mac), undefined);
      assert.deepEqual(await dhcp.leases(lab.key), []);
    },
  },
  {
    name: 'an ignored host is not answered, and with unknownClients "ignore" a stranger is not',
    uses: 'client',
    async run({ dhcp, client }) {
      const ignored: DhcpHost = { mac: dbHost.mac, ignored: true };
      await dhcp.ensure({ ...openNetwork, hosts: [ignored] });
      assert.equal(await client.request('dhcp1', dbHost.mac), undefined);
      const known: DhcpHost = { mac: dbHost.mac };
      await dhcp.ensure({ ...openNetwork, hosts: [known], unknownClients: 'ignore' });
      assert.ok(await client.request('dhcp1', dbHost.mac), 'a known host without an address of its own');
      assert.equal(await client.request('dhcp1', strangerMac), undefined);
    },
  },
  {
    name: 'leases shows who holds which address, and until when',
    uses: 'client',
    async run({ dhcp, client }) {
      await dhcp.ensure(openNetwork);
      const answer = await client.request('dhcp1', strangerMac, 'laptop');
      await eventually(async () => {
        const [lease, ...others] = await dhcp.leases(openNetwork.key);
        assert.deepEqual(
          [lease?.address, lease?.mac, lease?.hostname],
          [answer?.address, strangerMac, 'laptop'],
        );
        assert.deepEqual(others, []);
        const seconds = ((lease?.expires?.getTime() ?? 0) - Date.now()) / 1000;
        assert.ok(seconds > 540 && seconds <= 601, `it ends in ${seconds} seconds`);
      });
    },
  },
  {
    name: 'remove takes the leases away, unless they are to be kept',
    uses: 'client',
    async run({ dhcp, client }) {
      await dhcp.ensure(openNetwork);
      await client.request('dhcp1', strangerMac);
      await dhcp.remove(openNetwork.key, { keepLeases: true });
      assert.equal((await dhcp.ensure(openNetwork)).change, 'started');
      assert.equal((await dhcp.leases(openNetwork.key)).length, 1);
      await dhcp.remove(openNetwork.key);
      await dhcp.ensure(openNetwork);
      assert.deepEqual(await dhcp.leases(openNetwork.key), []);
    },
  },
  {
    name: 'release takes a lease back, so that its address is free at once, and answers whether there was one',
    needs: ['release'],
    uses: 'client',
    async run({ dhcp, client }) {
      await dhcp.ensure({ ...openNetwork, ranges: [{ first: '10.66.1.100', last: '10.66.1.100' }] });
      assert.equal((await client.request('dhcp1', strangerMac))?.address, '10.66.1.100');
      assert.equal(await dhcp.release(openNetwork.key, '10.66.1.101'), false);
      assert.equal(await dhcp.release(openNetwork.key, '10.66.1.100'), true);
      assert.deepEqual(await dhcp.leases(openNetwork.key), []);
      assert.equal(await dhcp.release(openNetwork.key, '10.66.1.100'), false);
      assert.equal((await client.request('dhcp1', '02:00:5e:20:00:98'))?.address, '10.66.1.100');
    },
  },
  {
    name: 'guests are found by name and by name with the domain, and so are further names; nothing else is',
    needs: ['dns'],
    uses: 'client',
    async run({ dhcp, client }) {
      const names = [
        { name: 'printer', address: '10.66.0.5' },
        { name: 'www.example.org', address: '192.0.2.80' },
      ];
      await dhcp.ensure({ ...lab, names });
      const resolve = (name: string) => client.resolve('dhcp0', name);
      assert.equal(await resolve('web'), webHost.address);
      assert.equal(await resolve('web.lab.example'), webHost.address);
      assert.equal(await resolve('printer.lab.example'), '10.66.0.5');
      assert.equal(await resolve('www.example.org'), '192.0.2.80');
      assert.equal(await resolve('db.lab.example'), undefined);
      assert.equal(await resolve('example.net'), undefined);
      await dhcp.ensure({ ...lab, hosts: [webHost, dbHost], names });
      await eventually(async () => assert.equal(await resolve('db.lab.example'), dbHost.address));
      await dhcp.removeHost(lab.key, dbHost);
      await eventually(async () => assert.equal(await resolve('db.lab.example'), undefined));
      await dhcp.ensureHost(lab.key, dbHost);
      await eventually(async () => assert.equal(await resolve('db.lab.example'), dbHost.address));
    },
  },
];
