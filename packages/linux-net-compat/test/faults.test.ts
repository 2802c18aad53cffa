import { createMemoryHost } from 'netdev-conformance';
import { CommandError, type NetDevDriver, PlatformError } from 'netdev-core';
import { createMemoryFiles, createMemoryLocks, type Runner, type RunOptions, wholeInput } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { createLinuxNet, type LinuxNet } from '../src/create-linux-net.js';
import { type FaultMode, faults } from '../src/faults.js';
import { type Chain, readTables, restore } from './vectors/rules/restored-tables.js';

const modes: FaultMode[] = ['keep', 'mend'];
const empty = '# a\n*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n# b';

/** A host whose filter table is what was restored into it. */
function hostWith(filter: string[] = []) {
  const sleeps: number[] = [];
  const state = { failures: 0, stderr: '', restores: 0, kernel: empty };
  state.kernel = empty.replace('COMMIT', [...filter, 'COMMIT'].join('\n'));
  const run = async (argv: readonly string[], { stdin }: RunOptions = {}) => {
    const [tool = ''] = argv;
    const result = { argv, exitCode: 0, stdout: '', stderr: '' };
    if (tool === 'iptables-save') return { ...result, stdout: state.kernel };
    if (state.failures > 0) {
      state.failures -= 1;
      const failed = { ...result, exitCode: 255, stderr: state.stderr };
      throw new CommandError(failed, { operation: 'run', object: tool, detail: state.stderr });
    }
    if (tool === 'iptables-restore') {
      state.restores += 1;
      const filter =
        restore(readTables(state.kernel), wholeInput(stdin) ?? '').get('filter') ?? new Map<string, Chain>();
      state.kernel = print(new Map([...filter].map(([name, { rules }]) => [name, rules])));
    }
    return result;
  };
  const runner = { dryRun: false, run } as unknown as Runner;
  const make = (mode: FaultMode): LinuxNet =>
    createLinuxNet({
      binaryName: 'nova',
      faults: mode,
      runner,
      files: createMemoryFiles(),
      locks: createMemoryLocks(),
      sleep: async (milliseconds) => void sleeps.push(milliseconds),
    });
  return { state, sleeps, make };
}

function print(chains: Map<string, string[]>): string {
  const policy = (chain: string) => (['INPUT', 'FORWARD', 'OUTPUT'].includes(chain) ? 'ACCEPT' : '-');
  return [
    '# a',
    '*filter',
    ...[...chains.keys()].map((chain) => `:${chain} ${policy(chain)} [0:0]`),
    ...[...chains].flatMap(([chain, rules]) => rules.map((rule) => rule.replace('] ', `] -A ${chain} `))),
    'COMMIT',
    '# b',
  ].join('\n');
}

const filterRules = (net: LinuxNet): string[] =>
  net.iptablesManager.ipv4.filter.rules.map((rule) => net.iptablesManager.ipv4.filter.ruleText(rule));

/** For each fault: does it happen? */
const happens: Record<string, (mode: FaultMode) => Promise<boolean>> = {
  'removals-survive': async (mode) => {
    const { state, make } = hostWith();
    const { iptablesManager } = make(mode);
    const { filter } = iptablesManager.ipv4;
    for (const rule of ['-s 10.0.0.1 -j DROP', '-s 10.0.0.2 -j DROP']) {
      filter.addRule('INPUT', rule, { wrap: false });
      filter.removeRule('INPUT', rule, { wrap: false });
    }
    await iptablesManager.apply();
    filter.addRule('INPUT', '-s 10.0.0.2 -j DROP', { wrap: false });
    await iptablesManager.apply();
    return !state.kernel.includes('10.0.0.2');
  },
  'jumps-by-substring': async (mode) => {
    const net = hostWith().make(mode);
    const { filter } = net.iptablesManager.ipv4;
    for (const chain of ['inst-1', 'inst-10']) {
      filter.addChain(chain);
      filter.addRule('local', `-j $${chain}`);
    }
    filter.removeChain('inst-1');
    return !filterRules(net).includes('[0:0] -A nova-local -j nova-inst-10');
  },
  'unescaped-floating-pattern': async (mode) => {
    const net = hostWith().make(mode);
    const network = { bridge: 'eth0', cidr: '10.0.0.0/24' };
    await net.ensureFloatingForward('10.101.0.7', '10.0.0.3', 'eth0', network);
    await net.ensureFloatingForward('10.1.1.0.7', '10.0.0.4', 'eth0', network);
    return !net.iptablesManager.ipv4.nat.rules.some(({ text }) => text.includes('10.101.0.7'));
  },
  'lines-by-substring': async (mode) => {
    const { state, make } = hostWith(['[7:9] -A INPUT -m comment --comment "not for nova" -j ACCEPT']);
    await make(mode).iptablesManager.apply();
    return !state.kernel.includes('not for nova');
  },
  'top-rules-swallow': async (mode) => {
    const { state, make } = hostWith(['[7:9] -A FORWARD -s 10.0.0.1/32 -p tcp -j DROP']);
    const { iptablesManager } = make(mode);
    iptablesManager.ipv4.filter.addRule('FORWARD', '-s 10.0.0.1/32', { wrap: false, top: true });
    await iptablesManager.apply();
    const { length } = state.kernel.split('\n').filter((line) => line.includes('10.0.0.1/32'));
    return length === 1;
  },
  'doubled-rules-dropped': async (mode) => {
    const twice = '[7:9] -A INPUT -s 10.0.0.1/32 -j DROP';
    const { state, make } = hostWith([twice, twice]);
    await make(mode).iptablesManager.apply();
    return state.kernel.split('\n').filter((line) => line === twice).length === 1;
  },
  'unwrapped-rules-stay': async (mode) => {
    const { state, make } = hostWith();
    const { iptablesManager } = make(mode);
    const { filter } = iptablesManager.ipv4;
    for (const address of ['10.0.0.1/32', '10.0.0.2/32'])
      filter.addRule('INPUT', `-s ${address} -j DROP`, { wrap: false });
    await iptablesManager.apply();
    filter.removeRulesRegex('.*10\\.0\\.0\\.1');
    await iptablesManager.apply();
    const first = state.kernel.includes('10.0.0.1');
    filter.emptyChain('INPUT', { wrap: false });
    await iptablesManager.apply();
    return first && state.kernel.includes('10.0.0.2');
  },
  'removed-chain-vanishes': async (mode) => {
    const { state, make } = hostWith();
    const { iptablesManager } = make(mode);
    const { filter } = iptablesManager.ipv4;
    filter.addChain('shared', { wrap: false });
    await iptablesManager.apply();
    filter.removeChain('shared', { wrap: false });
    filter.addChain('shared', { wrap: false });
    await iptablesManager.apply();
    return !state.kernel.includes(':shared ');
  },
  'removal-unexpanded': async (mode) => {
    const net = hostWith().make(mode);
    const { filter } = net.iptablesManager.ipv4;
    filter.addRule('INPUT', '-s 10.0.0.1 -j $local');
    filter.removeRule('INPUT', '-s 10.0.0.1 -j $local');
    return filterRules(net).some((rule) => rule.includes('10.0.0.1'));
  },
  'first-line-raises': async (mode) => {
    const { state, make } = hostWith();
    state.kernel = state.kernel.replace('# a\n', '');
    const applied = make(mode).iptablesManager.apply();
    return applied.then(
      () => false,
      () => true,
    );
  },
  'clean-after-failure': async (mode) => {
    const { state, make } = hostWith();
    const { iptablesManager } = make(mode);
    // What was refused once is planned anew.
    state.failures = 2;
    await expect(iptablesManager.apply()).rejects.toMatchObject({ code: 'PLATFORM' });
    await iptablesManager.apply();
    return state.restores === 0;
  },
  'ebtables-last-sleep': async (mode) => {
    const { state, sleeps, make } = hostWith();
    Object.assign(state, { failures: 3, stderr: 'Multiple ebtables programs were executing' });
    await make(mode).execEbtables(['ebtables', '-L'], { checkExitCode: false });
    return sleeps.length === 3;
  },
  'routes-by-destination': async (mode) => {
    const netdev = await createMemoryHost().netdev();
    for (const [name, cidr] of [
      ['eth0', '192.168.0.5/24'],
      ['eth1', '192.168.0.9/24'],
    ] as const) {
      await netdev.createLink({ kind: 'dummy', name, up: true });
      await netdev.ensureAddress({ link: name, cidr });
    }
    await netdev.ensureRoute({ destination: 'default', via: '192.168.0.1', link: 'eth1' });
    const net = createLinuxNet({ faults: mode, netdev });
    const gateway = { dhcp_server: '10.0.0.1', cidr: '10.0.0.0/24' };
    await net.initializeGatewayDevice('eth1', gateway);
    const [route] = (await netdev.listRoutes()).filter(({ destination }) => destination === '0.0.0.0/0');
    return route?.link === 'eth0';
  },
  'bridge-mac-changes': async (mode) => {
    const netdev = await createMemoryHost().netdev();
    const { mac } = await netdev.createLink({ kind: 'dummy', name: 'eth0' });
    const net = createLinuxNet({ faults: mode, netdev });
    await new net.LinuxBridgeInterfaceDriver().ensureBridge('br1', 'eth0');
    await netdev.createLink({ kind: 'tap', name: 'tap1', mac: '02:00:00:00:00:01', master: 'br1' });
    return (await netdev.getLink('br1')).mac !== mac;
  },
  'half-made-devices': async (mode) => {
    const netdev = await createMemoryHost().netdev();
    const refuseUp = ({ up }: { up?: boolean }): void => {
      if (up === true) throw new PlatformError({ operation: 'bring up', detail: 'refused' });
    };
    const refusing: NetDevDriver = {
      ...netdev,
      ensureLink: async (spec) => {
        refuseUp(spec);
        return netdev.ensureLink(spec);
      },
      updateLink: async (name, changes) => {
        refuseUp(changes);
        return netdev.updateLink(name, changes);
      },
    };
    const net = createLinuxNet({ faults: mode, netdev: refusing });
    const devices = [];
    for (const [name, made] of [
      ['tap1', net.createTapDev('tap1')],
      ['qvb1', net.createVethPair('qvb1', 'qvo1')],
      ['br1', new net.LinuxBridgeInterfaceDriver().ensureBridge('br1', null)],
    ] as const) {
      await expect(made).rejects.toThrow('refused');
      if (await netdev.linkExists(name)) devices.push(name);
    }
    expect([0, 3]).toContain(devices.length);
    return devices.length === 3;
  },
  'refused-settings': async (mode) => {
    const netdev = await createMemoryHost().netdev();
    const updateLink = async () => {
      throw new PlatformError({ operation: 'change link', object: 'vlan7', errno: 'ERANGE' });
    };
    const net = createLinuxNet({ faults: mode, netdev: { ...netdev, updateLink } });
    return net.setDeviceMtu('vlan7', 9000).then(
      () => true,
      () => false,
    );
  },
  'port-of-another-bridge': async (mode) => {
    const netdev = await createMemoryHost().netdev();
    await netdev.createLink({ kind: 'bridge', name: 'br0', up: true });
    await netdev.createLink({ kind: 'dummy', name: 'eth0', master: 'br0' });
    const net = createLinuxNet({ faults: mode, netdev });
    const ensured = new net.LinuxBridgeInterfaceDriver().ensureBridge('br1', 'eth0');
    return ensured.then(
      () => true,
      () => false,
    );
  },
};

it('others apply for the Open vSwitch and Neutron drivers in either mode', async () => {
  expect(Object.entries(faults).filter(([, fault]) => 'always' in fault)).toEqual([
    ['others-apply', faults['others-apply']],
  ]);
  for (const mode of modes) {
    const { make, state } = hostWith();
    const net = make(mode);
    const network = { uuid: 'aaaaaaaa-aaaa-aaaa' };
    await new net.NeutronLinuxBridgeInterfaceDriver().plug(network, '02:00:00:00:00:01', { gateway: false });
    expect(state.restores).toBe(0);
    await net.iptablesManager.apply();
    expect(state.kernel).toContain('brqaaaaaaaa-aa');
  }
});

describe.each(Object.entries(happens))('%s', (name, isThere) => {
  it('is in the table', () => {
    expect(faults).toHaveProperty(name);
  });

  it.each(modes)('%s', async (mode) => {
    expect(await isThere(mode)).toBe(mode === 'keep');
  });
});
