import { createMemoryHost } from 'netdev-conformance';
import { InvalidArgumentError } from 'netdev-core';
import { createDryRunRunner, createRecordingRunner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createContext } from '../../src/create-context.js';
import type { FaultMode } from '../../src/faults.js';
import { deviceFunctions } from '../../src/linux-net/device-functions.js';

const port = { device: 'tap1', interfaceId: 'i', mac: '02:00:00:00:00:01', instanceId: 'u' };

async function host(faults: FaultMode, conf: Partial<LinuxNetConf> = {}) {
  const runner = createRecordingRunner(createDryRunRunner({ onCommand: () => {} }));
  const netdev = await createMemoryHost().netdev();
  await netdev.createLink({ kind: 'bridge', name: 'br1' });
  const net = deviceFunctions(createContext({ conf, faults, netdev, runner }));
  const devices = async () =>
    (await netdev.listLinks()).map(({ name }) => name).filter((name) => name !== 'lo');
  return { net, runner, netdev, devices };
}

describe('fake_network', () => {
  async function everything(faults: FaultMode) {
    const { net, runner, devices } = await host(faults, { fake_network: true });
    await net.createTapDev('tap1');
    await net.createVethPair('qvb1', 'qvo1');
    await net.createOvsVifPort('br-int', port);
    await net.createIvsVifPort('tap1');
    await net.deleteBridgeDev('br1');
    return { devices: await devices(), programs: runner.commands.map(({ argv }) => argv[0]) };
  }

  it('stops everything', async () => {
    expect(await everything('mend')).toEqual({ devices: ['br1'], programs: [] });
  });

  it('does not stop these with the faults kept', async () => {
    const { devices, programs } = await everything('keep');
    expect(new Set(devices)).toEqual(new Set(['tap1', 'qvb1', 'qvo1']));
    expect(programs).toEqual(['ovs-vsctl', 'ivs-ctl']);
  });
});

describe('a tap', () => {
  it.each([true, false])('with multiqueue: %s', async (multiqueue) => {
    const { net, netdev } = await host('mend');
    await net.createTapDev('tap1', null, { multiqueue });
    expect(await netdev.getLink('tap1')).toMatchObject({
      kind: 'tap',
      up: true,
      tap: { multiQueue: multiqueue },
    });
  });
});

describe('values that would become syntax of ovs-vsctl', () => {
  it.each([
    { device: '--' },
    { interfaceId: 'a,b' },
    { interfaceId: '"a' },
    { mac: 'x' },
    { instanceId: 'a b' },
  ])('$device$interfaceId$mac$instanceId is refused', async (part) => {
    const { net, runner } = await host('mend');
    await expect(net.createOvsVifPort('br-int', { ...port, ...part })).rejects.toThrow(InvalidArgumentError);
    expect(runner.commands).toEqual([]);
  });
});
