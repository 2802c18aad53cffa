import { createDryRunRunner, createRecordingRunner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { createLinuxNet, type LinuxNet } from '../../src/create-linux-net.js';
import type {
  FaultMode,
  FilteredVif,
  LinuxNetOptions,
  ProviderRuleRecord,
  SecurityGroupRuleRecord,
} from '../../src/index.js';

/** What the program's own records hold; changed by tests as they go. */
interface Records {
  rules: SecurityGroupRuleRecord[];
  members: string[];
  provider: ProviderRuleRecord[];
}

function setUp(given: Partial<Records> = {}, more: Pick<LinuxNetOptions, 'conf' | 'faults'> = {}) {
  const records: Records = { rules: [], members: [], provider: [], ...given };
  const runner = createRecordingRunner(createDryRunRunner({ onCommand: () => {} }));
  const net = createLinuxNet({
    binaryName: 'nova-compute',
    runner,
    ...more,
    conf: { use_ipv6: true, ...more.conf },
    securityGroups: {
      rulesOf: async () => records.rules,
      addressesOf: async () => records.members,
      providerRules: async () => records.provider,
    },
  });
  return { net, records, driver: new net.linux_net.IptablesFirewallDriver() };
}

const vif = (more: { address?: string; gateway?: boolean } = {}): FilteredVif => ({
  network: {
    subnets: [
      {
        version: 4,
        cidr: '10.0.0.0/24',
        ips: [{ address: more.address ?? '10.0.0.3' }],
        gateway: { address: '10.0.0.1' },
        meta: { dhcp_server: '10.0.0.1' },
      },
      {
        version: 6,
        cidr: 'fd00::/64',
        ips: [{ address: 'fd00::3' }],
        gateway: more.gateway === false ? null : { address: 'fe80::1' },
      },
    ],
  },
});

const rulesIn = (net: LinuxNet, family: 'ipv4' | 'ipv6', chain: string): string[] =>
  net.iptablesManager[family].filter.rules.filter((rule) => rule.chain === chain).map(({ text }) => text);

const record = (more: Partial<SecurityGroupRuleRecord>): SecurityGroupRuleRecord => ({
  protocol: 'tcp',
  from_port: 80,
  to_port: 80,
  cidr: '0.0.0.0/0',
  ...more,
});

const basics = [
  '-m state --state INVALID -j DROP',
  '-m state --state ESTABLISHED,RELATED -j ACCEPT',
  '-j nova-compute-provider',
];
const ofNetwork = ['-s 10.0.0.1 -p udp --sport 67 --dport 68 -j ACCEPT', '-s 10.0.0.0/24 -j ACCEPT'];
const ofNetwork6 = ['-s fd00::/64 -j ACCEPT', '-s fe80::1/128 -p icmpv6 -j ACCEPT'];
const end = '-j nova-compute-sg-fallback';

describe('the chains of the original', () => {
  it('sg-fallback drops, in both families, as soon as there is a driver', () => {
    const { net } = setUp();
    for (const family of ['ipv4', 'ipv6'] as const)
      expect(rulesIn(net, family, 'sg-fallback')).toEqual(['-j DROP']);
  });

  it('a guest has a chain, reached by its addresses, with the rules in their order', async () => {
    const { net, driver } = setUp();
    await driver.prepare_instance_filter({ id: 7 }, [vif()]);
    expect(rulesIn(net, 'ipv4', 'local')).toEqual(['-d 10.0.0.3 -j nova-compute-inst-7']);
    expect(rulesIn(net, 'ipv6', 'local')).toEqual(['-d fd00::3 -j nova-compute-inst-7']);
    expect(rulesIn(net, 'ipv4', 'inst-7')).toEqual([...basics, ...ofNetwork, end]);
    expect(rulesIn(net, 'ipv6', 'inst-7')).toEqual([...basics, ...ofNetwork6, end]);
    const request = '-s 0.0.0.0/32 -d 255.255.255.255/32 -p udp -m udp --sport 68 --dport 67 -j ACCEPT';
    for (const chain of ['INPUT', 'FORWARD']) expect(rulesIn(net, 'ipv4', chain)).toContain(request);
    expect(net.iptablesManager.dirty()).toBe(false);
  });

  it('guests of the same network are strangers without allow_same_net_traffic, and IPv6 is left alone without use_ipv6', async () => {
    const { net, driver } = setUp({}, { conf: { allow_same_net_traffic: false, use_ipv6: false } });
    await driver.prepare_instance_filter({ id: 7 }, [vif()]);
    expect(rulesIn(net, 'ipv4', 'inst-7')).toEqual([...basics, ofNetwork[0], end]);
    expect(net.iptablesManager.ipv6.filter.chains).not.toContain('inst-7');
  });

  it.each<[string, Partial<SecurityGroupRuleRecord>, string]>([
    ['one port', {}, '-j ACCEPT -p tcp --dport 80 -s 0.0.0.0/0'],
    [
      'several ports',
      { protocol: 'UDP', to_port: 90 },
      '-j ACCEPT -p udp -m multiport --dports 80:90 -s 0.0.0.0/0',
    ],
    ['all protocols', { protocol: null, cidr: '192.0.2.0/24' }, '-j ACCEPT -s 192.0.2.0/24'],
    ['a bare address', { protocol: '', cidr: '192.0.2.1' }, '-j ACCEPT -s 192.0.2.1/32'],
    ['all of ICMP', { protocol: 'icmp', from_port: -1, to_port: -1 }, '-j ACCEPT -p icmp -s 0.0.0.0/0'],
    [
      'a type of ICMP',
      { protocol: 'icmp', from_port: 8, to_port: -1 },
      '-j ACCEPT -p icmp -m icmp --icmp-type 8 -s 0.0.0.0/0',
    ],
    [
      'a type and a code of ICMP',
      { protocol: 'ICMP', from_port: 3, to_port: 4 },
      '-j ACCEPT -p icmp -m icmp --icmp-type 3/4 -s 0.0.0.0/0',
    ],
    ['another protocol', { protocol: 'sctp' }, '-j ACCEPT -p sctp -s 0.0.0.0/0'],
  ])('a rule of a security group: %s', async (_, more, text) => {
    const { net, driver } = setUp({ rules: [record(more)] });
    await driver.prepare_instance_filter({ id: 7 }, [vif()]);
    expect(rulesIn(net, 'ipv4', 'inst-7').slice(-2)).toEqual([text, end]);
    expect(rulesIn(net, 'ipv6', 'inst-7')).toEqual([...basics, ...ofNetwork6, end]);
  });

  it('rules for IPv6 addresses stand in IPv6, with ICMP by its name there', async () => {
    const { net, driver } = setUp({
      rules: [
        record({ cidr: '2001:DB8::/32' }),
        record({ cidr: '::/0', protocol: 'icmp', from_port: -1, to_port: -1 }),
      ],
    });
    await driver.prepare_instance_filter({ id: 7 }, [vif()]);
    expect(rulesIn(net, 'ipv6', 'inst-7').slice(-3, -1)).toEqual([
      '-j ACCEPT -p tcp --dport 80 -s 2001:db8::/32',
      '-j ACCEPT -p icmpv6 -s ::/0',
    ]);
    expect(rulesIn(net, 'ipv4', 'inst-7')).toEqual([...basics, ...ofNetwork, end]);
  });

  it('a group that is let in is its addresses, and a rule of nobody lets nobody in', async () => {
    const { net, driver, records } = setUp({
      rules: [record({ cidr: null, grantee_group: { id: 2 } }), record({ cidr: null })],
      members: ['10.0.1.5', 'fd00:1::5'],
    });
    await driver.prepare_instance_filter({ id: 7 }, [vif()]);
    const of = (family: 'ipv4' | 'ipv6') =>
      rulesIn(net, family, 'inst-7').filter((text) => text.startsWith('-j ACCEPT'));
    expect(of('ipv4')).toEqual(['-j ACCEPT -p tcp --dport 80 -s 10.0.1.5']);
    expect(of('ipv6')).toEqual(['-j ACCEPT -p tcp --dport 80 -s fd00:1::5']);
    records.members = ['10.0.1.6'];
    await driver.refresh_security_group_members({ id: 2 });
    expect(of('ipv4')).toEqual(['-j ACCEPT -p tcp --dport 80 -s 10.0.1.6']);
    expect(of('ipv6')).toEqual([]);
  });

  it('provider holds what nobody may send to any guest, and is filled anew', async () => {
    const { net, driver, records } = setUp({
      provider: [
        { protocol: 'tcp', cidr: '192.0.2.0/24', from_port: 25, to_port: 25 },
        { protocol: 'udp', cidr: '192.0.2.0/24', from_port: 1, to_port: 9 },
        { protocol: 'icmp', cidr: '192.0.2.1', from_port: 8, to_port: 0 },
        { protocol: 'icmp', cidr: '2001:db8::/32', from_port: 128, to_port: -1 },
      ],
    });
    await driver.refresh_provider_fw_rules();
    expect(rulesIn(net, 'ipv4', 'provider')).toEqual([
      '-p tcp -s 192.0.2.0/24 --dport 25 -j DROP',
      '-p udp -s 192.0.2.0/24 -m multiport --dports 1:9 -j DROP',
      '-p icmp -s 192.0.2.1/32 -m icmp --icmp-type 8/0 -j DROP',
    ]);
    expect(rulesIn(net, 'ipv6', 'provider')).toEqual([
      '-p icmpv6 -s 2001:db8::/32 -m icmp6 --icmpv6-type 128 -j DROP',
    ]);
    records.provider = [];
    await driver.prepare_instance_filter({ id: 7 }, [vif()]);
    expect(net.iptablesManager.ipv4.filter.chains).toContain('provider');
    expect(rulesIn(net, 'ipv4', 'provider')).toEqual([]);
  });

  it('a guest is looked up again alone or with all others, and goes without a trace', async () => {
    const { net, driver, records } = setUp();
    await driver.prepare_instance_filter({ id: 1 }, [vif()]);
    await driver.prepare_instance_filter({ id: 10 }, [vif({ address: '10.0.0.4' })]);
    records.rules = [record({})];
    const allowed = '-j ACCEPT -p tcp --dport 80 -s 0.0.0.0/0';
    await driver.refresh_instance_security_rules({ id: 1 });
    expect(rulesIn(net, 'ipv4', 'inst-1')).toContain(allowed);
    expect(rulesIn(net, 'ipv4', 'inst-10')).not.toContain(allowed);
    await driver.refresh_security_group_rules({ id: 2 });
    expect(rulesIn(net, 'ipv4', 'inst-10')).toContain(allowed);
    await driver.unfilter_instance({ id: 1 }, []);
    await driver.unfilter_instance({ id: 1 }, []);
    expect(driver.instance_filter_exists({ id: 1 })).toBe(false);
    expect(rulesIn(net, 'ipv4', 'local')).toEqual(['-d 10.0.0.4 -j nova-compute-inst-10']);
    expect(net.iptablesManager.ipv6.filter.chains).not.toContain('inst-1');
  });

  it('nothing is written while it is put off', async () => {
    const { net, driver } = setUp();
    driver.filter_defer_apply_on();
    await driver.prepare_instance_filter({ id: 7 }, [vif()]);
    expect(net.iptablesManager.dirty()).toBe(true);
    await driver.filter_defer_apply_off();
    expect(net.iptablesManager.dirty()).toBe(false);
  });

  it('what was looked up later is written later', async () => {
    const answers: ((rules: SecurityGroupRuleRecord[]) => void)[] = [];
    const { net } = setUp();
    const slow = createLinuxNet({
      binaryName: 'slow',
      runner: createDryRunRunner({ onCommand: () => {} }),
      securityGroups: {
        rulesOf: () => new Promise((resolve) => void answers.push(resolve)),
        addressesOf: async () => [],
        providerRules: async () => [],
      },
    });
    const driver = new slow.IptablesFirewallDriver();
    const first = driver.prepareInstanceFilter({ id: 7 }, [vif()]);
    const second = driver.refreshSecurityGroupRules();
    await expect.poll(() => answers.length).toBe(1);
    answers[0]?.([record({})]);
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.([]);
    await Promise.all([first, second]);
    expect(rulesIn(slow, 'ipv4', 'inst-7').some((text) => text.startsWith('-j ACCEPT'))).toBe(false);
    expect(net.iptablesManager.ipv4.filter.chains).not.toContain('inst-7');
  });
});

describe('what is refused, before anything is changed', () => {
  const line = '10.0.0.0/8 -j ACCEPT\n-A INPUT';
  it.each<[string, Partial<Records>, FilteredVif[], number | string]>([
    ['rule.cidr', { rules: [record({ cidr: line })] }, [vif()], 7],
    ['rule.protocol', { rules: [record({ protocol: 'tcp -j ACCEPT' })] }, [vif()], 7],
    ['rule.from_port', { rules: [record({ from_port: -1 })] }, [vif()], 7],
    ['rule.to_port', { rules: [record({ to_port: 79 })] }, [vif()], 7],
    ['rule.from_port', { rules: [record({ protocol: 'icmp', from_port: 256 })] }, [vif()], 7],
    [
      'rule.grantee_group',
      { rules: [record({ cidr: null, grantee_group: 2 })], members: [line] },
      [vif()],
      7,
    ],
    ['provider.cidr', { provider: [{ protocol: 'tcp', from_port: 1, to_port: 1, cidr: line }] }, [vif()], 7],
    ['subnet.ips', {}, [vif({ address: line })], 7],
    ['instance.id', {}, [vif()], 'a b'],
  ])('%s', async (field, given, vifs, id) => {
    const { net, driver } = setUp(given);
    const before = net.iptablesManager.ipv4.filter.revision;
    const prepared = driver.prepare_instance_filter({ id }, vifs);
    await expect(prepared).rejects.toThrow(expect.objectContaining({ field }));
    expect(net.iptablesManager.ipv4.filter.revision).toBe(before);
  });

  it('a chain whose name would be too long for iptables, and a guest that is not filtered', async () => {
    const { driver } = setUp();
    await expect(driver.prepare_instance_filter({ id: 'x'.repeat(20) }, [vif()])).rejects.toThrow();
    await expect(driver.refresh_instance_security_rules({ id: 8 })).rejects.toThrow(
      expect.objectContaining({ field: 'instance.id' }),
    );
  });
});

describe.each<FaultMode>(['keep', 'mend'])('the faults, %s', (faults) => {
  const isKept = faults === 'keep';

  it('group-members-by-ipv4', async () => {
    const { net, driver } = setUp(
      { rules: [record({ cidr: null, grantee_group: 2 })], members: ['fd00:1::5'] },
      { faults },
    );
    await driver.prepare_instance_filter({ id: 7 }, [vif()]);
    expect(rulesIn(net, 'ipv6', 'inst-7').some((text) => text.includes('fd00:1::5'))).toBe(!isKept);
  });

  it('icmpv6-types-ignored', async () => {
    const echo = { protocol: 'icmp', from_port: 128, to_port: -1, cidr: '::/0' };
    const { net, driver } = setUp({ rules: [echo], provider: [echo] }, { faults });
    await driver.prepare_instance_filter({ id: 7 }, [vif()]);
    const types = isKept ? '' : ' -m icmp6 --icmpv6-type 128';
    expect(rulesIn(net, 'ipv6', 'inst-7')).toContain(`-j ACCEPT -p icmpv6${types} -s ::/0`);
    expect(rulesIn(net, 'ipv6', 'provider')).toEqual([`-p icmpv6 -s ::/0${types} -j DROP`]);
  });

  it('prepared-again-appends', async () => {
    const { net, driver, records } = setUp({}, { faults });
    await driver.prepare_instance_filter({ id: 7 }, [vif()]);
    records.rules = [record({})];
    await driver.prepare_instance_filter({ id: 7 }, [vif({ address: '10.0.0.4' })]);
    expect(rulesIn(net, 'ipv4', 'inst-7').at(-1) === end).toBe(!isKept);
    expect(rulesIn(net, 'ipv4', 'local')).toHaveLength(isKept ? 2 : 1);
  });

  it('gateway-missing-raises', async () => {
    const { driver } = setUp({}, { faults });
    const prepared = driver.prepare_instance_filter({ id: 7 }, [vif({ gateway: false })]);
    if (isKept) await expect(prepared).rejects.toThrow(expect.objectContaining({ field: 'subnet.gateway' }));
    else await expect(prepared).resolves.toBeUndefined();
  });
});
