import { createIptablesFirewall, type IptablesFirewall, type Variant } from 'firewall-iptables';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addSpaces,
  askIn,
  ipBatchIn,
  outputIn,
  pingIn,
  removeSpaces,
  serveIn,
  setIn,
} from '../../../firewall-iptables/test/agent/agent.js';
import { createLinuxNet } from '../../src/create-linux-net.js';
import type { FilteredVif, ProviderRuleRecord, SecurityGroupRuleRecord } from '../../src/index.js';

type End = 'host' | 'guest' | 'world';

const addresses = {
  guest: ['10.0.0.3', 'fd00:a::3'],
  world: ['192.0.2.9', 'fd00:b::9'],
  host: ['10.0.0.1', 'fd00:a::1'],
} as const;

const ports = [80, 81, 7000];

/** A host that routes between a guest and the world. */
async function createFilterLab(prefix: string) {
  const ends = ['host', 'guest', 'world'] as const;
  const spaceOf = (end: End): string => `${prefix}${end}`;
  await addSpaces(...ends.map(spaceOf));
  await setIn(spaceOf('host'), { 'net.ipv4.ip_forward': 1, 'net.ipv6.conf.all.forwarding': 1 });
  const sides = [
    { end: 'guest', gateways: ['10.0.0.1/24', 'fd00:a::1/64'] },
    { end: 'world', gateways: ['192.0.2.1/24', 'fd00:b::1/64'] },
  ] as const;
  await ipBatchIn(spaceOf('host'), [
    'link set lo up',
    ...sides.flatMap(({ end, gateways: [gateway4, gateway6] }) => [
      `link add name p-${end} type veth peer name eth0 netns ${spaceOf(end)}`,
      `address add ${gateway4} dev p-${end}`,
      `address add ${gateway6} dev p-${end} nodad`,
      `link set p-${end} up`,
    ]),
  ]);
  for (const { end, gateways } of sides) {
    const [address4, address6] = addresses[end];
    await ipBatchIn(spaceOf(end), [
      'link set lo up',
      `address add ${address4}/24 dev eth0`,
      `address add ${address6}/64 dev eth0 nodad`,
      'link set eth0 up',
      ...gateways.map((gateway) => `route add default via ${gateway.split('/')[0]}`),
    ]);
  }
  return {
    namespace: { name: spaceOf('host') },
    async serve(end: End): Promise<void> {
      for (const port of ports) await serveIn(spaceOf(end), port, 'peer');
    },
    /** Which ports of which addresses answer: `4:80`. */
    async reached(from: End, to: End): Promise<string[]> {
      const asked = addresses[to].flatMap((address, index) =>
        ports.map(async (port) => {
          const seen = await askIn(spaceOf(from), { address, port, withinMs: 700 });
          return seen === undefined ? [] : [`${index === 0 ? 4 : 6}:${port}`];
        }),
      );
      return (await Promise.all(asked)).flat().sort();
    },
    /** Whether a ping is answered, by family. */
    pinged: (from: End, to: End): Promise<boolean[]> =>
      Promise.all(addresses[to].map((address) => pingIn(spaceOf(from), address, 1000))),
    async save(variant: string): Promise<string> {
      const tools = ['iptables', 'ip6tables'].map((tool) => `${tool}-${variant}-save`);
      return (await Promise.all(tools.map((tool) => outputIn(spaceOf('host'), [tool])))).join('');
    },
    async remove(): Promise<void> {
      await removeSpaces(...ends.map(spaceOf));
    },
  };
}

const vif: FilteredVif = {
  network: {
    subnets: [
      {
        version: 4,
        cidr: '10.0.0.0/24',
        ips: [{ address: '10.0.0.3' }],
        meta: { dhcp_server: '10.0.0.1' },
      },
      {
        version: 6,
        cidr: 'fd00:a::/64',
        ips: [{ address: 'fd00:a::3' }],
        gateway: { address: 'fe80::1' },
      },
    ],
  },
};

const tcp = (port: number, more: Partial<SecurityGroupRuleRecord>): SecurityGroupRuleRecord => ({
  ...{ protocol: 'tcp', from_port: port, to_port: port },
  ...more,
});

describe.each<Exclude<Variant, 'auto'>>(['nft', 'legacy'])(
  'instance filters, with iptables-%s',
  (variant) => {
    const records: {
      rules: SecurityGroupRuleRecord[];
      members: string[];
      provider: ProviderRuleRecord[];
    } = { rules: [], members: [], provider: [] };
    let lab: Awaited<ReturnType<typeof createFilterLab>>;
    let firewall: IptablesFirewall;
    let driver: InstanceType<ReturnType<typeof createLinuxNet>['IptablesFirewallDriver']>;

    beforeEach(async () => {
      lab = await createFilterLab(`if${process.pid}${variant}`);
      Object.assign(records, { rules: [], members: [], provider: [] });
      firewall = await createIptablesFirewall({
        owner: 'nova-compute',
        namespace: lab.namespace,
        variant,
        sharedChains: { filterTop: 'nova-filter-top', postroutingBottom: 'nova-postrouting-bottom' },
      });
      const net = createLinuxNet({
        firewall,
        conf: { use_ipv6: true },
        securityGroups: {
          rulesOf: async () => records.rules,
          addressesOf: async () => records.members,
          providerRules: async () => records.provider,
        },
      });
      driver = new net.IptablesFirewallDriver();
      await lab.serve('guest');
      await lab.serve('world');
    });
    afterEach(() => lab.remove());

    const all = ['4:80', '4:81', '4:7000', '6:80', '6:81', '6:7000'].sort();

    it('a guest gets what its groups allow and what it asked for, until it is filtered no longer', async () => {
      // Link-local addresses take a while to come up.
      await expect.poll(() => lab.reached('world', 'guest'), { timeout: 10_000 }).toEqual(all);
      await driver.prepareInstanceFilter({ id: 7 }, [vif]);
      expect(await lab.reached('world', 'guest')).toEqual([]);
      expect(await lab.pinged('world', 'guest')).toEqual([false, false]);
      expect(await lab.reached('guest', 'world')).toEqual(all);
      expect(await lab.pinged('guest', 'world')).toEqual([true, true]);
      // The host is of the guest's own network.
      expect(await lab.reached('host', 'guest')).toEqual(all);

      records.rules = [
        tcp(80, { cidr: '192.0.2.0/24' }),
        tcp(81, { cidr: null, grantee_group: 2 }),
        tcp(7000, { to_port: 7005, cidr: '::/0' }),
        { protocol: 'icmp', from_port: 8, to_port: -1, cidr: '0.0.0.0/0' },
        { protocol: 'icmp', from_port: 128, to_port: 0, cidr: '::/0' },
      ];
      records.members = ['192.0.2.9'];
      await driver.refreshInstanceSecurityRules({ id: 7 });
      expect(await lab.reached('world', 'guest')).toEqual(['4:80', '4:81', '6:7000']);
      expect(await lab.pinged('world', 'guest')).toEqual([true, true]);

      records.members = ['fd00:b::9'];
      await driver.refreshSecurityGroupMembers(2);
      expect(await lab.reached('world', 'guest')).toEqual(['4:80', '6:7000', '6:81']);

      records.provider = [{ protocol: 'tcp', from_port: 1, to_port: 100, cidr: '192.0.2.9' }];
      await driver.refreshProviderFwRules();
      expect(await lab.reached('world', 'guest')).toEqual(['6:7000', '6:81']);

      await driver.unfilterInstance({ id: 7 });
      expect(await lab.reached('world', 'guest')).toEqual(all);
      expect(await lab.save(variant)).not.toContain('inst-7');
    });

    it('what the kernel has of it is recognised again, to the last rule', async () => {
      records.rules = [
        tcp(80, { cidr: '192.0.2.0/24' }),
        tcp(7000, { to_port: 7005, cidr: '::/0' }),
        { protocol: 'udp', from_port: 1, to_port: 9, cidr: '0.0.0.0/0' },
        { protocol: null, from_port: null, to_port: null, cidr: null, grantee_group: 2 },
        { protocol: 'icmp', from_port: 3, to_port: 4, cidr: '0.0.0.0/0' },
        { protocol: 'icmp', from_port: -1, to_port: -1, cidr: '0.0.0.0/0' },
        { protocol: 'icmp', from_port: 1, to_port: 4, cidr: '::/0' },
        { protocol: 'icmp', from_port: -1, to_port: -1, cidr: '::/0' },
      ];
      records.members = ['192.0.2.9', 'fd00:b::9'];
      records.provider = [
        { protocol: 'tcp', from_port: 25, to_port: 25, cidr: '198.51.100.0/24' },
        { protocol: 'icmp', from_port: 8, to_port: -1, cidr: '198.51.100.0/24' },
        { protocol: 'icmp', from_port: 128, to_port: -1, cidr: '2001:db8::/32' },
      ];
      await driver.prepareInstanceFilter({ id: 7 }, [vif]);
      const before = await lab.save(variant);
      for (const chain of ['inst-7', 'provider', 'sg-fallback', 'local'])
        expect(before).toContain(`:nova-compute-${chain} `);
      expect(await firewall.reconcile()).toEqual({ changed: false, added: 0, removed: 0 });
    });
  },
);
