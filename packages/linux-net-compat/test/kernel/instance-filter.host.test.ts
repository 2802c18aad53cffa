import { execFile, execFileSync } from 'node:child_process';
import { createIptablesFirewall, type IptablesFirewall, type Variant } from 'firewall-iptables';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLinuxNet } from '../../src/create-linux-net.js';
import type { FilteredVif, ProviderRuleRecord, SecurityGroupRuleRecord } from '../../src/index.js';

type End = 'host' | 'guest' | 'world';

const addresses = {
  guest: ['10.0.0.3', 'fd00:a::3'],
  world: ['192.0.2.9', 'fd00:b::9'],
  host: ['10.0.0.1', 'fd00:a::1'],
} as const;

const ports = [80, 81, 7000];

/** One echo request (RFC 792, RFC 4443), in Perl, as Node has no raw sockets. Ends well when it is answered within a second. */
const ping = `use Socket qw(:DEFAULT inet_pton); my $to = shift; my $is6 = $to =~ /:/; alarm 1;
  socket(my $s, $is6 ? AF_INET6 : AF_INET, SOCK_RAW, $is6 ? 58 : 1) or die $!;
  my $where = $is6 ? Socket::pack_sockaddr_in6(0, inet_pton(AF_INET6, $to)) : pack_sockaddr_in(0, inet_aton($to));
  send($s, $is6 ? pack('CCnnn', 128, 0, 0, 0, 0) : pack('CCnnn', 8, 0, 0xf7ff, 0, 0), 0, $where) or die $!;
  while (1) {
    recv($s, my $packet, 1500, 0) // die $!;
    exit 0 if $is6 ? unpack('C', $packet) == 129 : unpack('x20 C', $packet) == 0;
  }`;

/** A host that routes between a guest and the world. */
function createFilterLab(prefix: string) {
  const spaceOf = (end: End): string => `${prefix}${end}`;
  const inside = (end: End, ...argv: string[]): string =>
    execFileSync('ip', ['netns', 'exec', spaceOf(end), ...argv], { encoding: 'utf8' });
  const started: number[] = [];
  for (const end of ['host', 'guest', 'world'] as const) {
    execFileSync('ip', ['netns', 'add', spaceOf(end)]);
    inside(end, 'ip', 'link', 'set', 'lo', 'up');
  }
  inside('host', 'sysctl', '-qw', 'net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1');
  for (const [end, gateways] of [
    ['guest', ['10.0.0.1/24', 'fd00:a::1/64']],
    ['world', ['192.0.2.1/24', 'fd00:b::1/64']],
  ] as const) {
    const peer = ['peer', 'name', 'eth0', 'netns', spaceOf(end)];
    inside('host', 'ip', 'link', 'add', 'name', `p-${end}`, 'type', 'veth', ...peer);
    for (const [index, gateway] of gateways.entries()) {
      const own = `${addresses[end][index]}/${gateway.split('/')[1]}`;
      inside('host', 'ip', 'address', 'add', gateway, 'dev', `p-${end}`, ...(index === 1 ? ['nodad'] : []));
      inside(end, 'ip', 'address', 'add', own, 'dev', 'eth0', ...(index === 1 ? ['nodad'] : []));
    }
    inside('host', 'ip', 'link', 'set', `p-${end}`, 'up');
    inside(end, 'ip', 'link', 'set', 'eth0', 'up');
    for (const gateway of gateways)
      inside(end, 'ip', 'route', 'add', 'default', 'via', gateway.split('/')[0] as string);
  }
  const serve = async (end: End): Promise<void> => {
    const code = `for (const port of ${JSON.stringify(ports)}) require('net').createServer((s) => { s.on('error', () => {}); s.end('hello'); }).listen(port, '::', () => console.log('up'))`;
    const child = execFile('ip', ['netns', 'exec', spaceOf(end), process.execPath, '-e', code]);
    started.push(child.pid as number);
    let lines = 0;
    await new Promise<void>((resolve) => {
      child.stdout?.on('data', (text: string) => {
        lines += text.split('\n').length - 1;
        if (lines === ports.length) resolve();
      });
    });
  };
  return {
    namespace: { name: spaceOf('host') },
    serve,
    /** Which ports of which addresses answer: `4:80`. */
    reached: (from: End, to: End): string[] => {
      const all = addresses[to].flatMap((host, index) =>
        ports.map((port) => [`${index === 0 ? 4 : 6}:${port}`, { host, port }]),
      );
      const code = `const all = ${JSON.stringify(all)}; const met = [];
        Promise.all(all.map(([name, to]) => new Promise((end) => { const s = require('net').connect(to); s.setTimeout(700, () => { s.destroy(); end(); }); s.on('error', end); s.on('data', () => { met.push(name); s.destroy(); end(); }); })))
          .then(() => console.log(JSON.stringify(met.sort())));`;
      return JSON.parse(inside(from, process.execPath, '-e', code)) as string[];
    },
    /** Whether a ping is answered, by family. */
    pinged: (from: End, to: End): boolean[] =>
      addresses[to].map((address) => {
        try {
          inside(from, 'perl', '-e', ping, address);
          return true;
        } catch {
          return false;
        }
      }),
    save: (variant: string): string =>
      ['iptables', 'ip6tables'].map((tool) => inside('host', `${tool}-${variant}-save`)).join(''),
    remove: (): void => {
      for (const pid of started) process.kill(pid, 'SIGKILL');
      for (const end of ['host', 'guest', 'world'] as const)
        execFileSync('ip', ['netns', 'delete', spaceOf(end)]);
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
    let lab: ReturnType<typeof createFilterLab>;
    let firewall: IptablesFirewall;
    let driver: InstanceType<ReturnType<typeof createLinuxNet>['IptablesFirewallDriver']>;

    beforeEach(async () => {
      lab = createFilterLab(`if${process.pid}${variant}`);
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
      expect(lab.reached('world', 'guest')).toEqual([]);
      expect(lab.pinged('world', 'guest')).toEqual([false, false]);
      expect(lab.reached('guest', 'world')).toEqual(all);
      expect(lab.pinged('guest', 'world')).toEqual([true, true]);
      // The host is of the guest's own network.
      expect(lab.reached('host', 'guest')).toEqual(all);

      records.rules = [
        tcp(80, { cidr: '192.0.2.0/24' }),
        tcp(81, { cidr: null, grantee_group: 2 }),
        tcp(7000, { to_port: 7005, cidr: '::/0' }),
        { protocol: 'icmp', from_port: 8, to_port: -1, cidr: '0.0.0.0/0' },
        { protocol: 'icmp', from_port: 128, to_port: 0, cidr: '::/0' },
      ];
      records.members = ['192.0.2.9'];
      await driver.refreshInstanceSecurityRules({ id: 7 });
      expect(lab.reached('world', 'guest')).toEqual(['4:80', '4:81', '6:7000']);
      expect(lab.pinged('world', 'guest')).toEqual([true, true]);

      records.members = ['fd00:b::9'];
      await driver.refreshSecurityGroupMembers(2);
      expect(lab.reached('world', 'guest')).toEqual(['4:80', '6:7000', '6:81']);

      records.provider = [{ protocol: 'tcp', from_port: 1, to_port: 100, cidr: '192.0.2.9' }];
      await driver.refreshProviderFwRules();
      expect(lab.reached('world', 'guest')).toEqual(['6:7000', '6:81']);

      await driver.unfilterInstance({ id: 7 });
      expect(lab.reached('world', 'guest')).toEqual(all);
      expect(lab.save(variant)).not.toContain('inst-7');
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
      const before = lab.save(variant);
      for (const chain of ['inst-7', 'provider', 'sg-fallback', 'local'])
        expect(before).toContain(`:nova-compute-${chain} `);
      expect(await firewall.reconcile()).toEqual({ changed: false, added: 0, removed: 0 });
    });
  },
);
