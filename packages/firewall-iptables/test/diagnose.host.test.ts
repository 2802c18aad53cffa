import { createRunner } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createIptablesFirewall, type Finding, type IptablesFirewall } from '../src/index.js';
import { createSpaceRunner } from './agent/space-runner.js';
import { createLab, type Lab } from './host.js';

describe.each(['nft', 'legacy'] as const)('diagnose, iptables-%s', (variant) => {
  let lab: Lab;
  let firewall: IptablesFirewall;
  const on = (...argv: string[]) => lab.run('router', ...argv);
  const iptables = (...argv: string[]) => on(`iptables-${variant}`, ...argv);
  const codes = async (): Promise<Finding['code'][]> => (await firewall.diagnose()).map(({ code }) => code);
  const fixOf = async (code: Finding['code']): Promise<string> =>
    (await firewall.diagnose()).find((finding) => finding.code === code)?.fix ?? '';

  beforeEach(async () => {
    lab = await createLab();
    firewall = await createIptablesFirewall({
      variant,
      runner: createSpaceRunner().inNamespace({ name: lab.router }),
    });
    await on('sysctl', '-w', 'net/ipv4/ip_forward=1', 'net/ipv6/conf/all/forwarding=1');
    await on('sysctl', '-w', 'net/ipv4/conf/all/rp_filter=0', 'net/ipv4/conf/uplink/rp_filter=0');
  });
  afterEach(async () => {
    await firewall.close();
    await lab.remove();
  });

  const float = {
    key: 'floating',
    intents: [
      {
        kind: 'floating-address',
        floating: '203.0.113.50',
        fixed: '10.1.0.11',
        interface: 'uplink',
      },
    ],
  } as const;

  it('finds nothing on a host that lets everything through, and nothing that nobody needs', async () => {
    await on('sysctl', '-w', 'net/ipv4/ip_forward=0');
    expect(await codes()).toEqual([]);
    await on('sysctl', '-w', 'net/ipv4/ip_forward=1');
    await firewall.put(float);
    await firewall.apply();
    expect(await codes()).toEqual([]);
  });

  it('forwarding that is off, until what it says is done', async () => {
    await on('sysctl', '-w', 'net/ipv4/ip_forward=0');
    await firewall.put(float);
    expect(await codes()).toEqual(['forwarding-off']);
    const command = /`(.*)`/.exec(await fixOf('forwarding-off'))?.[1]?.split(' ') ?? [];
    await on(...command);
    expect(await codes()).toEqual([]);
  });

  it("docker's policy for FORWARD, which stops translated packets and not those of a forward policy", async () => {
    await iptables('-P', 'FORWARD', 'DROP');
    await firewall.put(float);
    await firewall.apply();
    await on('ip', 'address', 'add', '203.0.113.50/32', 'dev', 'uplink');
    await lab.serve('a1', 80);
    expect(await lab.connect('w1', '203.0.113.50', 80)).toBeUndefined();
    expect(await firewall.diagnose()).toMatchObject([{ code: 'policy-drops', stops: 'certainly' }]);
    await firewall.put({
      key: 'net',
      intents: [{ kind: 'forward-policy', bridge: 'br-a', policy: 'outbound' }],
    });
    await firewall.apply();
    expect(await codes()).not.toContain('policy-drops');
    expect(await lab.connect('w1', '203.0.113.50', 80)).toBe('203.0.113.1');
  });

  it('rules of others before ours that drop, also through a chain of theirs', async () => {
    await firewall.put({ key: 'net', intents: [{ kind: 'forward-policy', bridge: 'br-a', policy: 'open' }] });
    await firewall.apply();
    await iptables('-N', 'DOCKER-USER');
    await iptables('-I', 'FORWARD', '1', '-j', 'DOCKER-USER');
    expect(await codes()).toEqual([]);
    await iptables('-A', 'DOCKER-USER', '-s', '10.9.0.0/16', '-j', 'DROP');
    expect(await firewall.diagnose()).toMatchObject([
      { code: 'rule-before-ours', detail: 'iptables asks `-A FORWARD -j DOCKER-USER` before our rules' },
    ]);
    await firewall.reconcile();
    expect(await codes()).toEqual([]);
  });

  it('chains of nftables beside iptables, whose drop iptables cannot overrule', async () => {
    await firewall.put({ key: 'net', intents: [{ kind: 'forward-policy', bridge: 'br-a', policy: 'open' }] });
    await firewall.apply();
    await on('nft', 'add table inet firewalld');
    await on('nft', 'add chain inet firewalld filter_FORWARD { type filter hook forward priority 10; }');
    expect(await codes()).toEqual([]);
    await on('nft', 'add set inet firewalld bad { type ipv4_addr; }');
    await on('nft', 'add rule inet firewalld filter_FORWARD ip saddr @bad drop');
    expect(await codes()).toEqual(['other-table-drops']);
    await on('nft', 'add chain inet firewalld filter_FORWARD { policy drop; }');
    expect(await codes()).toEqual(['other-table-drops']);
    expect(await fixOf('other-table-drops')).toContain('firewall-cmd');
    await lab.serve('w1', 80);
    expect(await lab.connect('a1', '203.0.113.1', 80)).toBeUndefined();
  });

  it('strict checks of the way back, and a loopback that nobody reaches from outside', async () => {
    await on('sysctl', '-w', 'net/ipv4/conf/uplink/rp_filter=1');
    await firewall.put(float);
    await firewall.put({
      key: 'metadata',
      intents: [
        {
          kind: 'redirect',
          interface: 'br-a',
          protocol: 'tcp',
          address: '169.254.169.254',
          port: 80,
          toAddress: '127.0.0.1',
          toPort: 8775,
        },
      ],
    });
    expect((await codes()).sort()).toEqual(['loopback-closed', 'reverse-path']);
    await on('sysctl', '-w', 'net/ipv4/conf/br-a/route_localnet=1', 'net/ipv4/conf/uplink/rp_filter=2');
    expect(await codes()).toEqual([]);
  });

  it('guests of one bridge that nothing holds apart', async () => {
    await on('sysctl', '-w', 'net/bridge/bridge-nf-call-iptables=0', 'net/bridge/bridge-nf-call-ip6tables=1');
    await firewall.put({
      key: 'net',
      intents: [{ kind: 'forward-policy', bridge: 'br-a', policy: 'closed' }],
    });
    expect(await firewall.diagnose()).toMatchObject([
      { code: 'bridged-not-filtered', fix: expect.stringContaining('bridge-nf-call-iptables=1') },
    ]);
  });

  it('rules of ours that somebody took away, until they are put back', async () => {
    await firewall.put(float);
    await firewall.apply();
    await iptables('-t', 'nat', '-F', 'netdev-pre-float');
    expect(await firewall.diagnose()).toMatchObject([
      { code: 'not-as-applied', detail: expect.stringContaining('1 are missing'), fix: 'reconcile()' },
    ]);
    await firewall.reconcile();
    expect(await codes()).toEqual([]);
  });
});

describe('diagnose, both variants in use', () => {
  it('says so', async () => {
    const lab = await createLab();
    try {
      await lab.run('router', 'iptables-legacy', '-A', 'FORWARD', '-s', '10.9.0.0/16', '-j', 'DROP');
      const runner = createRunner({ namespace: { name: lab.router } });
      await using firewall = await createIptablesFirewall({ variant: 'nft', runner });
      expect(await firewall.diagnose()).toMatchObject([
        { code: 'other-variant', detail: expect.stringContaining('iptables-legacy filter') },
      ]);
    } finally {
      await lab.remove();
    }
  });
});
