import { createMemoryHost } from 'netdev-conformance';
import { InvalidArgumentError } from 'netdev-core';
import { createDryRunRunner, createMemoryFiles, createRecordingRunner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createContext } from '../../src/create-context.js';
import { releaseDhcp } from '../../src/dhcp/release-dhcp.js';
import { restartDhcp } from '../../src/dhcp/restart-dhcp.js';
import type { FaultMode } from '../../src/faults.js';
import { raPidFor, updateRa } from '../../src/ra/update-ra.js';

const network = {
  id: 7,
  label: 'fake',
  cidr: '192.168.0.0/24',
  netmask: '255.255.255.0',
  gateway: '192.168.0.1',
  dhcp_server: '192.168.0.1',
  dhcp_start: '192.168.0.100',
  dns1: '8.8.4.4',
  multi_host: false,
};

async function host(faults: FaultMode, conf: Partial<LinuxNetConf> = {}, held: Record<string, string> = {}) {
  const runner = createRecordingRunner(createDryRunRunner({ onCommand: () => {} }));
  const netdev = await createMemoryHost().netdev();
  await netdev.createLink({ kind: 'bridge', name: 'br100' });
  const files = createMemoryFiles(held);
  const context = createContext({
    conf: { networks_path: '/n', my_ip: '10.0.0.1', ...conf },
    binaryName: 'test',
    faults,
    netdev,
    runner,
    files,
  });
  const programs = (name: string) =>
    runner.commands.map(({ argv }) => argv).filter((argv) => argv.includes(name));
  return { context, files, programs };
}

describe('dns_server when the networks name their own', () => {
  const conf = { fake_network: false, use_network_dns_servers: true, dns_server: ['9.9.9.9'] };

  async function serversOfTwoStarts(faults: FaultMode) {
    const { context, programs } = await host(faults, conf);
    await restartDhcp(context, 'br100', network, []);
    await restartDhcp(context, 'br100', network, []);
    const servers = programs('dnsmasq').map((argv) => argv.filter((word) => word.startsWith('--server=')));
    return { servers, option: context.conf.dns_server };
  }

  it('stays as it is', async () => {
    const each = ['--server=9.9.9.9', '--server=8.8.4.4'];
    expect(await serversOfTwoStarts('mend')).toEqual({ servers: [each, each], option: ['9.9.9.9'] });
  });

  it('grows at every call with the faults kept', async () => {
    const { servers, option } = await serversOfTwoStarts('keep');
    expect(servers[1]).toEqual(['--server=9.9.9.9', '--server=8.8.4.4', '--server=8.8.4.4']);
    expect(option).toEqual(['9.9.9.9', '8.8.4.4', '8.8.4.4']);
  });
});

describe('a damaged radvd pid file', () => {
  const held = { '/n/nova-ra-br100.pid': 'zz' };

  it('counts as none, and radvd is started', async () => {
    const { context, programs } = await host('mend', {}, held);
    expect(await raPidFor(context, 'br100')).toBeNull();
    await updateRa(context, 'br100', { cidr_v6: '2001:db8::/64' });
    expect(programs('radvd')).toHaveLength(1);
  });

  it('raises with the faults kept', async () => {
    const { context, programs } = await host('keep', {}, held);
    await expect(raPidFor(context, 'br100')).rejects.toThrow(InvalidArgumentError);
    await expect(updateRa(context, 'br100', { cidr_v6: '2001:db8::/64' })).rejects.toThrow(
      InvalidArgumentError,
    );
    expect(programs('radvd')).toEqual([]);
  });
});

describe('a radvd that takes its time to end', () => {
  async function replaced(faults: FaultMode, turns: number) {
    const cmdline = '/proc/9/cmdline';
    const path = '/n/nova-ra-br100.conf';
    const { context, files, programs } = await host(
      faults,
      {},
      {
        '/n/nova-ra-br100.pid': '9',
        [cmdline]: `radvd\0-C\0${path}`,
      },
    );
    let slept = 0;
    let endedAtStart: boolean | undefined;
    const runner = {
      ...context.runner,
      dryRun: false,
      run: async (argv: readonly string[]) => {
        if (argv[0] === 'radvd') endedAtStart = (await files.read(cmdline)) === undefined;
        return context.runner.run(argv);
      },
    };
    const sleep = async () => {
      slept += 1;
      if (slept === turns) await files.remove(cmdline);
    };
    await updateRa({ ...context, runner, sleep }, 'br100', { cidr_v6: '2001:db8::/64' });
    expect(programs('radvd')).toHaveLength(1);
    return { slept, endedAtStart };
  }

  it('is waited for, up to a time', async () => {
    expect(await replaced('mend', 3)).toEqual({ slept: 3, endedAtStart: true });
    expect(await replaced('mend', 1_000_000)).toEqual({ slept: 250, endedAtStart: false });
  });

  it('is in the way of the next one with the faults kept', async () => {
    expect(await replaced('keep', 3)).toEqual({ slept: 0, endedAtStart: false });
  });
});

describe('releasing a lease with fake_network', () => {
  it.each([
    { faults: 'mend', runs: 0 },
    { faults: 'keep', runs: 1 },
  ] as const)('runs $runs commands with faults: $faults', async ({ faults, runs }) => {
    const { context, programs } = await host(faults, { fake_network: true });
    await releaseDhcp(context, 'br100', '192.168.0.100', '02:00:00:00:00:01');
    expect(programs('dhcp_release')).toHaveLength(runs);
  });
});

describe('values that would become syntax', () => {
  it.each([
    { label: 'a,set:b' },
    { label: 'a\n' },
    { dhcp_server: '192.168.0.1,x' },
    { gateway: '1.2.3.4\n' },
    { id: 'a b' },
    { cidr: '192.168.0.0/33' },
  ])('$label$dhcp_server$gateway$id$cidr is refused before anything changed', async (part) => {
    const { context, files, programs } = await host('mend');
    const odd = { ...network, ...part };
    await expect(restartDhcp(context, 'br100', odd, [])).rejects.toThrow(InvalidArgumentError);
    expect([await files.list('/n'), programs('iptables-save')]).toEqual([[], []]);
  });

  it.each(['a\nb', 'a,b', 'a b'])('a host name %j is refused', async (hostname) => {
    const { context, files } = await host('mend', { use_single_default_gateway: true });
    const ip = {
      address: '192.168.0.100',
      virtual_interface_id: 1,
      virtual_interface: { address: '02:00:00:00:00:01' },
      instance: { hostname },
    };
    await expect(restartDhcp(context, 'br100', network, [ip])).rejects.toThrow(InvalidArgumentError);
    expect(await files.list('/n')).toEqual([]);
  });

  it('a missing IPv6 prefix is refused, where the original wrote None', async () => {
    const { context, files } = await host('mend');
    await expect(updateRa(context, 'br100', { cidr_v6: null })).rejects.toThrow(InvalidArgumentError);
    expect(await files.list('/n')).toEqual([]);
  });
});
