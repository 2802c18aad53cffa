import assert from 'node:assert/strict';
import type { AddressSpec, LinkChanges, LinkSpec, NetDevDriver, RouteSpec } from 'netdev-core';
import { refusal } from '../expect.js';
import { hostileAddresses, hostileNames } from '../hostile.js';
import type { NetDevDemand } from './context.js';
import { linkWithAddress, plainLink, snapshot } from './fixtures.js';

interface Refused {
  /** The method and its field, as the name of the requirement has it. */
  call: string;
  /** The field that the error has to name. */
  field: string;
  values: readonly unknown[];
  run(driver: NetDevDriver, value: never): Promise<unknown>;
}

/** A value is a string to the types; what a program in JavaScript passes is anything. */
const noStrings: readonly unknown[] = [undefined, null, 7, true, {}, ['cf0']];
const names = [...hostileNames, ...noStrings];
/** What a link is known by may be longer than its name. */
const lookedFor = [...names.filter((name) => name !== 'sixteen-bytes-xx'), 'x'.repeat(128)];
const cidrs = [
  ...hostileAddresses,
  '192.0.2.1/33',
  '192.0.2.1/-1',
  '192.0.2.1/24/24',
  '192.0.2.1/2 4',
  7,
  null,
];
const namespaces = ['', 'a/b', '../x', '.', '-x', 'a b', 'a\nb', 'a\0b', 'a'.repeat(65), 'ü', null, 7];
const link = (changes: object) => ({ kind: 'bridge', name: 'cf9', ...changes }) as LinkSpec;
const change = (changes: object) => changes as LinkChanges;
const address = (changes: object) => ({ link: 'cf0', cidr: '192.0.2.20/24', ...changes }) as AddressSpec;
const route = (changes: object) =>
  ({ destination: '203.0.113.0/24', via: '192.0.2.1', ...changes }) as RouteSpec;

const refused: Refused[] = [
  { call: 'createLink (name)', field: 'name', values: names, run: (d, name) => d.createLink(link({ name })) },
  { call: 'ensureLink (name)', field: 'name', values: names, run: (d, name) => d.ensureLink(link({ name })) },
  {
    call: 'createLink (master)',
    field: 'master',
    values: hostileNames,
    run: (d, master) => d.createLink(link({ master })),
  },
  {
    call: 'createLink (peer.name)',
    field: 'peer.name',
    values: names,
    run: (d, name) => d.createLink(link({ kind: 'veth', peer: { name } })),
  },
  {
    call: 'createLink (mac)',
    field: 'mac',
    values: ['', '02:00:5e:10:00', '02:00:5e:10:00:01\n', '01:00:5e:00:00:01', '00:00:00:00:00:00', 'x', 7],
    run: (d, mac) => d.createLink(link({ mac })),
  },
  {
    call: 'createLink (mtu)',
    field: 'mtu',
    values: [0, 67, 65537, 1400.5, Number.NaN, '1400', null],
    run: (d, mtu) => d.createLink(link({ mtu })),
  },
  {
    call: 'createLink (kind)',
    field: 'kind',
    values: ['', 'physical', 'bridge ', 'no-such-kind', null, 7],
    run: (d, kind) => d.createLink(link({ kind })),
  },
  {
    call: 'createLink (a field that its kind does not have)',
    field: 'vlanId',
    values: [7],
    run: (d, vlanId) => d.createLink(link({ vlanId })),
  },
  {
    call: 'createLink (alias)',
    field: 'alias',
    values: ['a\nb', 'a\0b', '\u001b[2J', 'x'.repeat(256), 7],
    run: (d, alias) => d.createLink(link({ alias })),
  },
  {
    call: 'createLink (altNames)',
    field: 'altNames[1]',
    values: [...lookedFor, 'cf-other'],
    run: (d, name) => d.createLink(link({ altNames: ['cf-other', name] })),
  },
  {
    call: 'updateLink (altNames that go as well)',
    field: 'dropAltNames',
    values: ['cf-other'],
    run: (d, name) => d.updateLink('cf0', change({ altNames: [name], dropAltNames: [name] })),
  },
  { call: 'getLink', field: 'name', values: lookedFor, run: (d, name) => d.getLink(name) },
  { call: 'linkExists', field: 'name', values: lookedFor, run: (d, name) => d.linkExists(name) },
  { call: 'deleteLink', field: 'name', values: names, run: (d, name) => d.deleteLink(name) },
  { call: 'updateLink', field: 'name', values: names, run: (d, name) => d.updateLink(name, { up: true }) },
  {
    call: 'updateLink (changes.name)',
    field: 'name',
    values: hostileNames,
    run: (d, name) => d.updateLink('cf0', change({ name })),
  },
  {
    call: 'updateLink (changes.master)',
    field: 'master',
    values: hostileNames,
    run: (d, master) => d.updateLink('cf0', change({ master })),
  },
  {
    call: 'ensureAddress (link)',
    field: 'link',
    values: names,
    run: (d, value) => d.ensureAddress(address({ link: value })),
  },
  {
    call: 'ensureAddress (cidr)',
    field: 'cidr',
    values: cidrs,
    run: (d, cidr) => d.ensureAddress(address({ cidr })),
  },
  {
    call: 'ensureAddress (broadcast)',
    field: 'broadcast',
    values: [...hostileAddresses, '2001:db8::1', 7],
    run: (d, broadcast) => d.ensureAddress(address({ broadcast })),
  },
  {
    call: 'ensureAddress (peer)',
    field: 'peer',
    values: ['', '192.0.2.1/32', '192.0.2.1\n', '2001:db8::1', 'x', null, 7],
    run: (d, peer) => d.ensureAddress(address({ peer })),
  },
  {
    call: 'ensureAddress (label)',
    field: 'label',
    values: ['', 'a b', 'a\nb', 'sixteen-bytes-xx', '-x', 7],
    run: (d, label) => d.ensureAddress(address({ label })),
  },
  {
    call: 'deleteAddress (link)',
    field: 'link',
    values: names,
    run: (d, name) => d.deleteAddress(name, '192.0.2.10/24'),
  },
  {
    call: 'deleteAddress (cidr)',
    field: 'cidr',
    values: cidrs,
    run: (d, cidr) => d.deleteAddress('cf0', cidr),
  },
  {
    call: 'ensureRoute (destination)',
    field: 'destination',
    values: [...cidrs, '192.0.2.10/24'],
    run: (d, destination) => d.ensureRoute(route({ destination })),
  },
  {
    call: 'ensureRoute (via)',
    field: 'via',
    values: [...hostileAddresses, '2001:db8::1', 7],
    run: (d, via) => d.ensureRoute(route({ via })),
  },
  {
    call: 'ensureRoute (link)',
    field: 'link',
    values: hostileNames,
    run: (d, value) => d.ensureRoute(route({ link: value })),
  },
  {
    call: 'ensureRoute (metric)',
    field: 'metric',
    values: [-1, 1.5, 2 ** 32, '1'],
    run: (d, metric) => d.ensureRoute(route({ metric })),
  },
  {
    call: 'deleteRoute (destination)',
    field: 'destination',
    values: cidrs,
    run: (d, destination) => d.deleteRoute(route({ destination })),
  },
  { call: 'moveLayer3 (from)', field: 'from', values: names, run: (d, from) => d.moveLayer3(from, 'cf1') },
  {
    call: 'moveLayer3 (to)',
    field: 'to',
    values: [...names, 'cf0'],
    run: (d, to) => d.moveLayer3('cf0', to),
  },
  {
    call: 'listAddresses (link)',
    field: 'link',
    values: hostileNames,
    run: (d, value) => d.listAddresses({ link: value }),
  },
  {
    call: 'listRoutes (link)',
    field: 'link',
    values: hostileNames,
    run: (d, value) => d.listRoutes({ link: value }),
  },
  {
    call: 'announceAddress (address)',
    field: 'address',
    values: hostileAddresses,
    run: (d, value) => d.announceAddress('cf0', value),
  },
  {
    call: 'ensureRoutingRule (from)',
    field: 'from',
    values: [...cidrs.slice(0, -2), '192.0.2.10/24', 7, null],
    run: (d, from) => d.ensureRoutingRule({ from, table: 7 }),
  },
  {
    call: 'ensureRoutingRule (inputLink)',
    field: 'inputLink',
    values: hostileNames,
    run: (d, inputLink) => d.ensureRoutingRule({ inputLink, table: 7 }),
  },
  {
    call: 'ensureRoutingRule (table)',
    field: 'table',
    values: [0, -1, 1.5, 2 ** 32, '7', undefined],
    run: (d, table) => d.ensureRoutingRule({ table }),
  },
  {
    call: 'ensureNeighbour (link)',
    field: 'link',
    values: names,
    run: (d, link) => d.ensureNeighbour({ link, address: '192.0.2.9', mac: '02:00:5e:10:00:0f' }),
  },
  {
    call: 'ensureNeighbour (address)',
    field: 'address',
    values: [...hostileAddresses, '192.0.2.9/24', '239.1.1.1', 7, null],
    run: (d, address) => d.ensureNeighbour({ link: 'cf0', address, mac: '02:00:5e:10:00:0f' }),
  },
  {
    call: 'ensureNeighbour (mac)',
    field: 'mac',
    values: ['', '02:00:5e:10:00', 'x', null, 7],
    run: (d, mac) => d.ensureNeighbour({ link: 'cf0', address: '192.0.2.9', mac }),
  },
  {
    call: 'deleteNeighbour (address)',
    field: 'address',
    values: [...hostileAddresses, 7, null],
    run: (d, address) => d.deleteNeighbour('cf0', address),
  },
  {
    call: 'ensureForwardingEntry (link)',
    field: 'link',
    values: names,
    run: (d, link) => d.ensureForwardingEntry({ link, mac: '02:00:5e:10:00:0f' }),
  },
  {
    call: 'ensureForwardingEntry (mac)',
    field: 'mac',
    values: ['', '02:00:5e:10:00', '01:00:5e:00:00:01', '00:00:00:00:00:00', 'x', null, 7],
    run: (d, mac) => d.ensureForwardingEntry({ link: 'cf0', mac }),
  },
  {
    call: 'ensureForwardingEntry (remote)',
    field: 'remote',
    values: [...hostileAddresses, '239.1.1.1', 7, null],
    run: (d, remote) => d.ensureForwardingEntry({ link: 'cf0', mac: '02:00:5e:10:00:0f', remote }),
  },
  {
    call: 'ensureBridgeVlan (link)',
    field: 'link',
    values: names,
    run: (d, link) => d.ensureBridgeVlan({ link, vlanId: 7 }),
  },
  {
    call: 'ensureBridgeVlan (vlanId)',
    field: 'vlanId',
    values: ['', '7', '7 self', 0, 4095, -1, 1.5, null],
    run: (d, vlanId) => d.ensureBridgeVlan({ link: 'cf0', vlanId }),
  },
  {
    call: 'deleteBridgeVlan (lastVlanId)',
    field: 'lastVlanId',
    values: ['9', 6, 4095, null],
    run: (d, lastVlanId) => d.deleteBridgeVlan({ link: 'cf0', vlanId: 7, lastVlanId }),
  },
  {
    call: 'createNamespace',
    field: 'name',
    values: namespaces,
    run: (d, name) => d.createNamespace(name),
  },
  {
    call: 'deleteNamespace',
    field: 'name',
    values: namespaces,
    run: (d, name) => d.deleteNamespace(name),
  },
  {
    call: 'inNamespace (namespace.name)',
    field: 'namespace.name',
    values: namespaces,
    run: (d, name) => d.inNamespace({ name }),
  },
  {
    call: 'moveLink (namespace.path)',
    field: 'namespace.path',
    values: ['', 'relative', '/a\0b', '/a\nb', 7],
    run: (d, path) => d.moveLink('cf0', { path }),
  },
  {
    call: 'batch (the name in its last operation)',
    field: 'name',
    values: hostileNames,
    run: (d, name) =>
      d.batch([
        { do: 'update-link', name: 'cf0', changes: { alias: 'half-way' } },
        { do: 'create-link', spec: link({ name }) },
      ]),
  },
];

/** One requirement for each method and field: every bad value is refused, and nothing has changed. */
export const refusing: NetDevDemand[] = refused.map(({ call, field, values, run }) => ({
  name: `${call} refuses bad values with InvalidArgumentError naming ${field}, before anything changed`,
  async run({ driver }) {
    await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
    await driver.createLink(plainLink(driver, 'cf1', { up: true }));
    const before = await snapshot(driver);
    for (const value of values) {
      try {
        await refusal(run(driver, value as never), field);
      } catch (error) {
        throw new Error(`${JSON.stringify(value)}: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      }
    }
    assert.deepEqual(await snapshot(driver), before);
  },
}));
