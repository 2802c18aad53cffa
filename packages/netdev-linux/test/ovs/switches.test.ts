import { CommandError, InvalidArgumentError } from 'netdev-core';
import type { Runner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { createIndigoSwitch } from '../../src/ovs/create-indigo-switch.js';
import { createOpenVSwitch, type OpenVSwitch } from '../../src/ovs/create-open-vswitch.js';

function recorded(timeoutSeconds?: number) {
  const lines: string[] = [];
  const runner: Pick<Runner, 'run'> = {
    run: async (argv) => {
      lines.push(argv.join(' '));
      return { argv, exitCode: 0, stdout: '', stderr: '' };
    },
  };
  return {
    lines,
    ovs: createOpenVSwitch({ runner, ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }) }),
    ivs: createIndigoSwitch({ runner }),
  };
}

const mac = 'fa:16:3e:00:00:01';
const port = { device: 'tap1', interfaceId: 'iface-1', mac, instanceId: 'inst-1' };

describe('Open vSwitch is asked', () => {
  it.each<[string, (ovs: OpenVSwitch) => Promise<unknown>, string]>([
    [
      'for the port of a guest',
      (ovs) => ovs.addVifPort('br-int', port),
      `ovs-vsctl --timeout=5 -- --if-exists del-port tap1 -- add-port br-int tap1 -- set Interface tap1 external-ids:iface-id=iface-1 external-ids:iface-status=active external-ids:attached-mac=${mac} external-ids:vm-uuid=inst-1`,
    ],
    [
      'for a port of its own',
      (ovs) => ovs.addInternalPort('br-int', 'gw-1', { interfaceId: 'gw-1', mac }),
      `ovs-vsctl --timeout=5 -- --may-exist add-port br-int gw-1 -- set Interface gw-1 type=internal -- set Interface gw-1 external-ids:iface-id=gw-1 -- set Interface gw-1 external-ids:iface-status=active -- set Interface gw-1 external-ids:attached-mac=${mac}`,
    ],
    [
      'to delete a port',
      (ovs) => ovs.deletePort('br-int', 'tap1'),
      'ovs-vsctl --timeout=5 -- --if-exists del-port br-int tap1',
    ],
    [
      'for a type',
      (ovs) => ovs.setInterfaceType('vhu1', 'dpdkvhostuser'),
      'ovs-vsctl --timeout=5 -- set Interface vhu1 type=dpdkvhostuser',
    ],
    ['anything', (ovs) => ovs.vsctl(['list-br']), 'ovs-vsctl --timeout=5 list-br'],
    [
      'for a flow of everything',
      (ovs) => ovs.addFlow('br-int', { priority: 1, action: 'drop' }),
      'ovs-ofctl add-flow br-int priority=1,actions=drop',
    ],
    [
      'for a flow of some packets',
      (ovs) =>
        ovs.addFlow('br-int', {
          match: { protocol: 'udp', destinationPort: 67, destinationMac: mac },
          priority: 2,
          action: 'normal',
        }),
      `ovs-ofctl add-flow br-int udp,tp_dst=67,dl_dst=${mac},priority=2,actions=normal`,
    ],
    [
      'for a bridge',
      (ovs) => ovs.addBridge('br-int', { datapathType: 'netdev', failMode: 'secure' }),
      'ovs-vsctl --timeout=5 -- --may-exist add-br br-int -- set Bridge br-int datapath_type=netdev fail_mode=secure',
    ],
    [
      'for a bridge as it may be',
      (ovs) => ovs.addBridge('br-int'),
      'ovs-vsctl --timeout=5 -- --may-exist add-br br-int',
    ],
    [
      'to delete a bridge',
      (ovs) => ovs.deleteBridge('br-int'),
      'ovs-vsctl --timeout=5 -- --if-exists del-br br-int',
    ],
    [
      'for external ids of any text',
      (ovs) => ovs.setExternalIds('tap1', { 'a=b': 'c, "d" {}' }),
      'ovs-vsctl --timeout=5 -- set Interface tap1 external-ids:"a=b"="c, \\"d\\" {}"',
    ],
    [
      'to delete some flows',
      (ovs) => ovs.deleteFlows('br-int', { protocol: 'udp', destinationPort: 67 }),
      'ovs-ofctl del-flows br-int udp,tp_dst=67',
    ],
    ['to delete all flows', (ovs) => ovs.deleteFlows('br-int'), 'ovs-ofctl del-flows br-int'],
    ['for flows', (ovs) => ovs.listFlows('br-int'), 'ovs-ofctl dump-flows br-int'],
  ])('%s', async (_, ask, line) => {
    const { ovs, lines } = recorded(5);
    await ask(ovs);
    expect(lines).toEqual([line]);
  });

  it.each<[string, (ovs: OpenVSwitch) => Promise<unknown>]>([
    ['bridge', (ovs) => ovs.addVifPort('--', port)],
    ['device', (ovs) => ovs.addVifPort('br-int', { ...port, device: '-o' })],
    ['mac', (ovs) => ovs.addVifPort('br-int', { ...port, mac: 'x' })],
    ['interfaceId', (ovs) => ovs.addVifPort('br-int', { ...port, interfaceId: '"a' })],
    ['interfaceId', (ovs) => ovs.addInternalPort('br-int', 'a', { mac, interfaceId: 'a,b' })],
    ['instanceId', (ovs) => ovs.addVifPort('br-int', { ...port, instanceId: 'a b' })],
    ['device', (ovs) => ovs.deletePort('br-int', 'a b')],
    ['bridge', (ovs) => ovs.addBridge('-a')],
    ['datapathType', (ovs) => ovs.addBridge('br-int', { datapathType: 'x y' as 'netdev' })],
    ['failMode', (ovs) => ovs.addBridge('br-int', { failMode: 'x=y' as 'secure' })],
    ['bridge', (ovs) => ovs.deleteBridge('a b')],
    ['ids.a', (ovs) => ovs.setExternalIds('tap1', { a: 'b\0' })],
    ['ids.a', (ovs) => ovs.setExternalIds('tap1', { a: '\ud800' })],
    ['ids', (ovs) => ovs.setExternalIds('tap1', { 'a\0': 'b' })],
    ['bridge', (ovs) => ovs.listFlows('../x')],
    ['bridge', (ovs) => ovs.deleteFlows('-O')],
    ['flow.match.protocol', (ovs) => ovs.deleteFlows('br', { protocol: 'ip' as 'udp' })],
    ['type', (ovs) => ovs.setInterfaceType('a', 'patch options:x=y' as 'internal')],
    ['flow.action', (ovs) => ovs.addFlow('br', { priority: 1, action: 'drop,x' as 'drop' })],
    ['flow.priority', (ovs) => ovs.addFlow('br', { priority: 65536, action: 'drop' })],
    [
      'flow.match.protocol',
      (ovs) => ovs.addFlow('br', { priority: 1, action: 'drop', match: { protocol: 'tcp' as 'udp' } }),
    ],
    [
      'flow.match.destinationMac',
      (ovs) =>
        ovs.addFlow('br', { priority: 1, action: 'drop', match: { protocol: 'udp', destinationMac: 'a,b' } }),
    ],
  ])('nothing with a bad %s', async (field, ask) => {
    const { ovs, lines } = recorded();
    await expect(ask(ovs)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field });
    expect(lines).toEqual([]);
  });

  it('where its sockets are', async () => {
    const lines: string[] = [];
    const run: Runner['run'] = async (argv) => {
      lines.push(argv.join(' '));
      return { argv, exitCode: 0, stdout: '', stderr: '' };
    };
    const ovs = createOpenVSwitch({ runner: { run }, database: 'unix:/x/db.sock', runFolder: '/x y' });
    await ovs.deleteBridge('br0');
    await ovs.listFlows('br0');
    expect(lines).toEqual([
      'ovs-vsctl --timeout=10 --db=unix:/x/db.sock -- --if-exists del-br br0',
      'ovs-ofctl dump-flows unix:/x y/br0.mgmt',
    ]);
    for (const bad of [{ database: '/x/db.sock' }, { database: 'unix:x' }, { runFolder: 'x' }])
      expect(() => createOpenVSwitch({ runner: { run }, ...bad })).toThrow(InvalidArgumentError);
  });

  it('within a time that is one', () => {
    expect(() => recorded(-1)).toThrow(InvalidArgumentError);
    expect(() => recorded(0)).not.toThrow();
  });

  it('and what it refuses is said', async () => {
    const refused = new CommandError(
      { argv: ['ovs-vsctl'], exitCode: 1, stdout: '', stderr: 'no bridge' },
      { operation: 'run' },
    );
    const ovs = createOpenVSwitch({ runner: { run: () => Promise.reject(refused) } });
    await expect(ovs.deletePort('br-int', 'a')).rejects.toBe(refused);
  });
});

it('the Indigo virtual switch is asked for ports by device names alone', async () => {
  const { ivs, lines } = recorded();
  await ivs.addPort('tap1');
  await ivs.deletePort('tap1');
  await expect(ivs.addPort('--help')).rejects.toMatchObject({ field: 'device' });
  expect(lines).toEqual(['ivs-ctl add-port tap1', 'ivs-ctl del-port tap1']);
});
