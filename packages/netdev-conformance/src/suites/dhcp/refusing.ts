import assert from 'node:assert/strict';
import type { DhcpHost, DhcpNetwork } from 'netdev-core';
import { refusal } from '../expect.js';
import { hostileAddresses, hostileNames } from '../hostile.js';
import type { DhcpDemand } from './context.js';
import { dbHost, lab, webHost } from './networks.js';

const hostNames = [
  '',
  'a b',
  'a\nb',
  'a,b',
  'a\0b',
  '-a',
  'a-',
  '.',
  'a.b',
  'a_b',
  'ü',
  'a'.repeat(64),
  'a#b',
  7,
];
const domains = ['', 'a b', 'a\nb', 'a/b', 'a..b', '.a', '-a.b', 'ü.example', `${'a'.repeat(64)}.b`, 7];
const macs = [
  '',
  '02:00:5e:20:00',
  '02:00:5e:20:00:01\n',
  '02:00:5e:20:00:01,x',
  '01:00:5e:00:00:01',
  '*',
  7,
];
const outside = ['10.66.1.5', '2001:db8::1'];
const newMac = '02:00:5e:20:00:03';
const values = ['', ' a', 'a ', 'a\nb', 'a,b', 'a\0b', 'ü', 'a'.repeat(256), 7];

const refused: { field: string; values: readonly unknown[]; network(value: never): object }[] = [
  {
    field: 'key',
    values: ['', 'a b', 'a\nb', '../x', '/a', 'a//b', 'a/..', '-a', 7],
    network: (key) => ({ key }),
  },
  { field: 'interface', values: [...hostileNames, 7, null], network: (name) => ({ interface: name }) },
  {
    field: 'network',
    values: [...hostileAddresses, '10.66.0.1/24', '10.66.0.0/33', 7],
    network: (network) => ({ network }),
  },
  {
    field: 'serverAddress',
    values: [...hostileAddresses, ...outside, 7],
    network: (serverAddress) => ({ serverAddress }),
  },
  {
    field: 'ranges[0].first',
    values: [...hostileAddresses, ...outside],
    network: (first) => ({ ranges: [{ first, last: '10.66.0.200' }] }),
  },
  {
    field: 'ranges[0].last',
    values: [...hostileAddresses, ...outside],
    network: (last) => ({ ranges: [{ first: '10.66.0.100', last }] }),
  },
  { field: 'leaseTime', values: [0, 119, 1.5, '600', Number.NaN], network: (leaseTime) => ({ leaseTime }) },
  { field: 'gateway', values: [...hostileAddresses, ...outside, 7], network: (gateway) => ({ gateway }) },
  {
    field: 'dnsServers[1]',
    values: [...hostileAddresses, 7],
    network: (server) => ({ dnsServers: ['10.66.0.1', server] }),
  },
  { field: 'domain', values: domains, network: (domain) => ({ domain }) },
  {
    field: 'upstreamServers[0]',
    values: [...hostileAddresses, '192.0.2.1#53', 7],
    network: (server) => ({ upstreamServers: [server] }),
  },
  { field: 'mtu', values: [0, 67, 65537, '1400'], network: (mtu) => ({ mtu }) },
  { field: 'hosts[1].mac', values: macs, network: (mac) => ({ hosts: [webHost, { ...dbHost, mac }] }) },
  {
    field: 'hosts[1].address',
    values: [...hostileAddresses, ...outside],
    network: (address) => ({ hosts: [webHost, { ...dbHost, address }] }),
  },
  {
    field: 'hosts[1].hostname',
    values: hostNames,
    network: (hostname) => ({ hosts: [webHost, { ...dbHost, hostname }] }),
  },
  {
    field: 'hosts[1].clientId',
    values: ['', 'x', '01', '01:2', 'id:01:02', '01:02,x', '01:02\n', 7],
    network: (clientId) => ({ hosts: [webHost, { ...dbHost, clientId }] }),
  },
  {
    field: 'hosts[1].duid',
    values: ['', '00:01', '00:01:zz', '00:01:02\n', Array(131).fill('00').join(':'), 7],
    network: (duid) => ({ hosts: [webHost, { ...dbHost, duid }] }),
  },
  {
    field: 'hosts[1].classes[0]',
    values: ['', 'a b', 'a,b', 'a\n', 'tag:a', 'a.b', 'a'.repeat(33), 7],
    network: (name) => ({ hosts: [webHost, { ...dbHost, classes: [name] }] }),
  },
  {
    field: 'classes[0].name',
    values: ['', 'a b', 'a,b', 'a\n', 'set:a', 7],
    network: (name) => ({ classes: [{ name, match: { vendorClass: 'x' } }] }),
  },
  {
    field: 'classes[0].match.vendorClass',
    values: ['', 'a,b', 'a\nb', '*', '"', 7],
    network: (vendorClass) => ({ classes: [{ name: 'a', match: { vendorClass } }] }),
  },
  {
    field: 'classes[0].match.architecture',
    values: ['', 'x86', -1, 65536, null],
    network: (architecture) => ({ classes: [{ name: 'a', match: { architecture } }] }),
  },
  {
    field: 'classes[0].match.mac',
    values: ['', '*', '52:54:0', '52:54:00:00:00:00:00', '52:54\n', 7],
    network: (mac) => ({ classes: [{ name: 'a', match: { mac } }] }),
  },
  {
    field: 'options[0].class',
    values: ['other', 'a b', 7],
    network: (name) => ({ options: [{ option: 66, values: ['x'], class: name }] }),
  },
  {
    field: 'boot[0].file',
    values: ['', 'a b', 'a,b', 'a\nb', 'a"b', 'a#b', 7],
    network: (file) => ({ boot: [{ file }] }),
  },
  {
    field: 'tftpRoot',
    values: ['', 'srv', '/', '/srv/../etc', '/srv\n', '/srv x', 7],
    network: (tftpRoot) => ({ tftpRoot }),
  },
  {
    field: 'forwarders[0].domain',
    values: ['', 'a b', 'a/b', '*', '10.0.0.0/23', 7],
    network: (domain) => ({ forwarders: [{ domain, servers: ['192.0.2.1'] }] }),
  },
  {
    field: 'forwarders[0].servers[0]',
    values: [...hostileAddresses, '192.0.2.1#53', 7],
    network: (server) => ({ forwarders: [{ domain: 'corp.example', servers: [server] }] }),
  },
  {
    field: 'relayed[0].network',
    values: [...hostileAddresses, '10.66.0.0/24', '10.67.0.1/24', 'fd66:1::/64', 7],
    network: (network) => ({ relayed: [{ network }] }),
  },
  {
    field: 'subnets[0].network',
    values: [...hostileAddresses, '10.67.0.1/24', 7],
    network: (network) => ({ subnets: [{ network, serverAddress: '10.67.0.1' }] }),
  },
  {
    field: 'subnets[0].advertise.mode',
    values: ['', 'dhcp', 7, undefined],
    network: (mode) => ({
      subnets: [{ network: 'fd66::/64', serverAddress: 'fd66::1', advertise: { mode } }],
    }),
  },
  {
    field: 'unknownClients',
    values: ['', 'yes', 7, null],
    network: (unknownClients) => ({ unknownClients }),
  },
  {
    field: 'options[0].option',
    values: [0, 255, 1.5, '', 'a b', 'a\nb', 'A', 'option:router'],
    network: (option) => ({ options: [{ option, values: ['x'] }] }),
  },
  {
    field: 'options[0].values[0]',
    values,
    network: (value) => ({ options: [{ option: 66, values: [value] }] }),
  },
  {
    field: 'hosts[0].options[0].values[0]',
    values,
    network: (value) => ({ hosts: [{ ...webHost, options: [{ option: 66, values: [value] }] }] }),
  },
  {
    field: 'names[0].name',
    values: domains,
    network: (name) => ({ names: [{ name, address: '10.66.0.5' }] }),
  },
  {
    field: 'names[0].address',
    values: [...hostileAddresses, 7],
    network: (address) => ({ names: [{ name: 'printer', address }] }),
  },
];

const twins: { field: string; host: object }[] = [
  { field: 'hosts[1].mac', host: { ...dbHost, mac: webHost.mac.toUpperCase() } },
  { field: 'hosts[1].address', host: { ...dbHost, address: webHost.address } },
  { field: 'hosts[1].hostname', host: { ...dbHost, hostname: 'WEB' } },
];

export const refusing: DhcpDemand[] = [
  ...refused.map(
    ({ field, values: bad, network }): DhcpDemand => ({
      name: `ensure refuses bad values with InvalidArgumentError naming ${field}, and what runs stays as it is`,
      async run({ dhcp }) {
        await dhcp.ensure(lab);
        for (const value of bad) {
          try {
            await refusal(dhcp.ensure({ ...lab, ...network(value as never) } as DhcpNetwork), field);
          } catch (error) {
            const reason = error instanceof Error ? error.message : error;
            throw new Error(`${JSON.stringify(value)}: ${reason}`, { cause: error });
          }
        }
        assert.equal((await dhcp.ensure(lab)).change, 'none');
        assert.equal((await dhcp.list()).length, 1);
      },
    }),
  ),
  {
    name: 'ensure refuses one MAC address, IP address or name for two hosts, naming the second',
    async run({ dhcp }) {
      for (const { field, host } of twins) {
        await refusal(dhcp.ensure({ ...lab, hosts: [webHost, host] } as DhcpNetwork), field);
      }
      assert.deepEqual(await dhcp.list(), []);
    },
  },
  {
    name: 'ensureHost and removeHost refuse bad values and what another host has, and what runs stays as it is',
    async run({ dhcp }) {
      await dhcp.ensure({ ...lab, hosts: [webHost, dbHost] });
      const bad: [field: string, host: object][] = [
        ['mac', { address: '10.66.0.13' }],
        ...macs.map((mac): [string, object] => ['mac', { mac, address: '10.66.0.13' }]),
        ...outside.map((address): [string, object] => ['address', { mac: newMac, address }]),
        ['address', { mac: newMac, address: '10.66.0.1' }],
        ['address', { mac: newMac, address: dbHost.address }],
        ['hostname', { mac: newMac, address: '10.66.0.13', hostname: 'WEB' }],
        ...hostNames.map((hostname): [string, object] => ['hostname', { mac: newMac, hostname }]),
      ];
      for (const [field, host] of bad) await refusal(dhcp.ensureHost(lab.key, host as DhcpHost), field);
      await refusal(dhcp.removeHost(lab.key, {}), 'mac');
      await refusal(dhcp.removeHost(lab.key, { mac: '*' }), 'mac');
      assert.equal((await dhcp.ensure({ ...lab, hosts: [webHost, dbHost] })).change, 'none');
    },
  },
  {
    name: 'remove, leases and release refuse hostile keys, naming the field',
    async run({ dhcp }) {
      for (const key of ['', 'a b', 'a\nb', '../x', '/etc', 'a/../../b', '-a', 'a\0b']) {
        await refusal(dhcp.remove(key), 'key');
        await refusal(dhcp.ensureHost(key, dbHost), 'key');
        await refusal(dhcp.removeHost(key, dbHost), 'key');
        await refusal(dhcp.leases(key), 'key');
        await refusal(dhcp.release(key, '10.66.0.11'), 'key');
      }
    },
  },
];
