import { createMemoryHost } from 'netdev-conformance';
import type { NetDevDriver } from 'netdev-core';
import { createDryRunRunner, createRecordingRunner } from 'netdev-exec';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createLinuxNet } from '../../src/create-linux-net.js';
import type { FaultMode } from '../../src/faults.js';

export const modes: FaultMode[] = ['mend', 'keep'];
export const mac = 'fa:16:3e:aa:bb:cc';

/** A memory host with an uplink, and an instance on it. */
export async function driversHost(
  faults: FaultMode,
  conf: Partial<LinuxNetConf> = {},
  wrap: (driver: NetDevDriver) => NetDevDriver = (driver) => driver,
) {
  const netdev = await createMemoryHost().netdev();
  await netdev.createLink({ kind: 'dummy', name: 'eth0', up: true });
  const runner = createRecordingRunner(createDryRunRunner({ onCommand: () => {} }));
  const net = createLinuxNet({ conf, binaryName: 'nova', faults, netdev: wrap(netdev), runner });
  const names = async () =>
    (await netdev.listLinks()).map(({ name }) => String(name)).filter((name) => name !== 'lo');
  return {
    net,
    netdev,
    names,
    /** The commands but those that read and write rule sets. */
    commands: () =>
      runner.commands.map(({ argv }) => argv.join(' ')).filter((command) => !/^ip6?tables-/.test(command)),
    /** Whether rules wait for an apply. */
    waiting: () => net.iptablesManager.dirty(),
    forwarding: () =>
      net.iptablesManager.ipv4.filter.rules
        .filter(({ chain, wrap: wrapped }) => chain === 'FORWARD' && wrapped)
        .map(({ text }) => text),
    layer3: async (link: string) => ({
      addresses: (await netdev.listAddresses({ link })).map(({ cidr }) => String(cidr)),
      routes: (await netdev.listRoutes({ link }))
        .filter(({ protocol }) => protocol !== 'kernel')
        .map(({ destination, via }) => (via === undefined ? String(destination) : `${destination} ${via}`))
        .sort(),
    }),
  };
}
