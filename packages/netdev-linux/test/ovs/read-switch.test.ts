import { PlatformError } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { parseBridges } from '../../src/ovs/switch-bridge.js';
import { parseFlows } from '../../src/ovs/switch-flow.js';

const uuid = (id: string) => ['uuid', id];
const none = ['set', []];
const empty = ['map', []];

/** Three tables as ovs-vsctl prints them. */
function printed(bridges: unknown[][], ports: unknown[][], interfaces: unknown[][]): string {
  return [
    { headings: ['name', 'datapath_type', 'fail_mode', 'external_ids', 'ports'], data: bridges },
    {
      headings: ['_uuid', 'name', 'tag', 'trunks', 'vlan_mode', 'external_ids', 'interfaces'],
      data: ports,
    },
    {
      headings: [
        ...['_uuid', 'name', 'type', 'external_ids', 'options', 'ofport', 'error'],
        ...['admin_state', 'link_state', 'mac_in_use', 'mtu'],
      ],
      data: interfaces,
    },
  ]
    .map((table) => `${JSON.stringify(table)}\n`)
    .join('');
}

describe('bridges', () => {
  it('are put together from three tables, of which a set of one is told as that one', () => {
    const text = printed(
      [['br0', '', none, ['map', [['__proto__', 'x']]], ['set', [uuid('p2'), uuid('p1')]]]],
      [
        [uuid('p1'), 'a', 7, 8, 'access', empty, uuid('i1')],
        [uuid('p2'), 'b', none, ['set', [1, 2]], none, empty, ['set', [uuid('i3'), uuid('i2')]]],
      ],
      [
        [uuid('i1'), 'a', '', empty, empty, -1, 'no such device', none, none, none, none],
        [
          uuid('i2'),
          'c',
          'vxlan',
          empty,
          ['map', [['remote_ip', '192.0.2.1']]],
          3,
          none,
          'up',
          'down',
          'm',
          1500,
        ],
        [uuid('i3'), 'd', 'internal', empty, empty, none, none, none, none, none, none],
      ],
    );
    const [bridge, ...others] = parseBridges(text);
    expect(others).toEqual([]);
    expect(bridge).toMatchObject({ name: 'br0', datapathType: 'system' });
    expect(Object.entries(bridge?.externalIds ?? {})).toEqual([['__proto__', 'x']]);
    const nothing = { externalIds: {}, options: {} };
    expect(bridge?.ports).toEqual([
      {
        ...{ name: 'a', tag: 7, trunks: [8], vlanMode: 'access', externalIds: {} },
        interfaces: [{ ...nothing, name: 'a', type: 'system', error: 'no such device' }],
      },
      {
        ...{ name: 'b', trunks: [1, 2], externalIds: {} },
        interfaces: [
          {
            ...{ ...nothing, name: 'c', type: 'vxlan', options: { remote_ip: '192.0.2.1' }, openFlowPort: 3 },
            ...{ adminState: 'up', linkState: 'down', mac: 'm', mtu: 1500 },
          },
          { ...nothing, name: 'd', type: 'internal' },
        ],
      },
    ]);
  });

  it.each([
    '',
    'no JSON',
    '{}\n{}\n{}',
    'null\nnull\nnull',
    printed([], [], []).split('\n')[0] ?? '',
    printed([['br0']], [], []),
    printed([['br0', '', none, 'no map', none]], [], []),
    printed([], [], [])
      .replaceAll('"ports"', '"parts"')
      .replace('"data":[]', '"data":[["a","",1,["map",[]],2]]'),
  ])('are not made of something else: %s', (text) => {
    expect(() => parseBridges(text)).toThrow(PlatformError);
  });
});

describe('flows', () => {
  it('are read with what is not told', () => {
    const text =
      'NXST_FLOW reply (xid=0x4):\n' +
      ' cookie=0x0, duration=2.5s, table=0, n_packets=18446744073709551615, n_bytes=1, idle_age=0, actions=NORMAL\n' +
      ' actions=drop\n';
    expect(parseFlows(text)).toEqual([
      {
        ...{ table: 0, priority: 32_768, cookie: 0n, match: {}, actions: ['NORMAL'] },
        ...{ packets: 18_446_744_073_709_551_615n, bytes: 1n, seconds: 2.5 },
      },
      {
        ...{ table: 0, priority: 32_768, cookie: 0n, match: {}, actions: ['drop'] },
        ...{ packets: 0n, bytes: 0n, seconds: 0 },
      },
    ]);
    expect(parseFlows('OFPST_FLOW reply (OF1.3) (xid=0x2):\n')).toEqual([]);
  });

  it('are not made of something else', () => {
    for (const text of ['ovs-ofctl: trouble', ' cookie=x, actions=drop', ' n_packets=1e3, actions=drop'])
      expect(() => parseFlows(text)).toThrow(PlatformError);
  });
});
