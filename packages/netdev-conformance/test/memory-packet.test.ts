import { type FirewallManager, type Intent, InvalidArgumentError } from 'netdev-core';
import { beforeEach, describe, expect, it } from 'vitest';
import type { MemoryHost } from '../src/index.js';
import { createMemoryLab, type MemoryLab } from './memory-lab.js';

let lab: MemoryLab;
let host: MemoryHost;
let firewall: FirewallManager;

beforeEach(async () => {
  lab = await createMemoryLab();
  host = lab.host;
  firewall = await host.firewall();
});

const put = async (...intents: Intent[]): Promise<void> => {
  await firewall.put({ key: 'test', intents });
  await firewall.apply();
};

const guest: Intent = {
  kind: 'guest',
  port: 'p-a1',
  bridge: 'br-a',
  mac: '02:00:5e:10:00:01',
  addresses: ['10.1.0.11'],
  securityGroups: ['web'],
};

const out = { in: 'p-a1', from: '10.1.0.11', to: '203.0.113.1', protocol: 'tcp', port: 80 } as const;

describe('a packet without any intent', () => {
  it('is forwarded by the routes, when the host forwards', async () => {
    expect(host.packet(out)).toMatchObject({ verdict: 'forward', out: 'uplink', from: '10.1.0.11' });
    await lab.netdev.setForwarding('ipv4', false);
    expect(host.packet(out)).toMatchObject({ verdict: 'drop', because: 'the host does not forward' });
  });

  it('takes the most special route, and among equals the lowest metric', async () => {
    await lab.netdev.ensureRoute({ destination: 'default', via: '203.0.113.1', metric: 10 });
    await lab.netdev.ensureRoute({ destination: 'default', via: '10.2.0.11', metric: 5 });
    expect(host.packet({ ...out, to: '198.51.100.1' }).out).toBe('br-b');
    await lab.netdev.ensureRoute({ destination: '198.51.100.0/24', via: '203.0.113.1' });
    expect(host.packet({ ...out, to: '198.51.100.1' }).out).toBe('uplink');
  });

  it('ends where there is no route', () => {
    expect(host.packet({ ...out, to: '198.51.100.1' })).toMatchObject({
      verdict: 'drop',
      because: 'no route',
    });
  });

  it('reaches the host itself, unless the host refuses what nobody lets in', () => {
    expect(host.packet({ ...out, to: '10.1.0.1' }).verdict).toBe('input');
    host.setInputPolicy('drop');
    expect(host.packet({ ...out, to: '10.1.0.1' }).verdict).toBe('drop');
    expect(host.packet({ ...out, to: '10.1.0.1', reply: true }).verdict).toBe('input');
  });

  it('has addresses that are addresses', () => {
    expect(() => host.packet({ ...out, to: 'nowhere' })).toThrow(InvalidArgumentError);
  });
});

describe('what intents do to a packet', () => {
  it('counts for an intent only when it was applied', async () => {
    await firewall.put({
      key: 'test',
      intents: [{ kind: 'forward-policy', bridge: 'br-a', policy: 'closed' }],
    });
    expect(host.packet(out).verdict).toBe('forward');
    await firewall.apply();
    expect(host.packet(out)).toMatchObject({ verdict: 'drop', because: 'forward-policy' });
  });

  it('lets replies back to an outbound bridge', async () => {
    await put({ kind: 'forward-policy', bridge: 'br-a', policy: 'outbound' });
    const back = { in: 'uplink', from: '203.0.113.1', to: '10.1.0.11' };
    expect(host.packet(back).verdict).toBe('drop');
    expect(host.packet({ ...back, reply: true }).verdict).toBe('forward');
  });

  it('gives a port forward the way before a floating address', async () => {
    await put(
      { kind: 'floating-address', floating: '203.0.113.50', fixed: '10.1.0.11' },
      { kind: 'port-forward', address: '203.0.113.50', protocol: 'tcp', port: 80, toAddress: '10.2.0.11' },
    );
    const inward = { in: 'uplink', from: '203.0.113.1', to: '203.0.113.50', protocol: 'tcp' } as const;
    expect(host.packet({ ...inward, port: 80 })).toMatchObject({ to: '10.2.0.11', out: 'br-b' });
    expect(host.packet({ ...inward, port: 81 })).toMatchObject({ to: '10.1.0.11', out: 'br-a' });
  });

  it('drops DHCP answers of a guarded port, and nothing else', async () => {
    await put({ kind: 'dhcp-guard', ports: ['p-a1'] });
    const answer = { in: 'p-a1', from: '10.1.0.11', to: '10.1.0.12', protocol: 'udp', port: 68 } as const;
    expect(host.packet({ ...answer, fromPort: 67 })).toMatchObject({
      verdict: 'drop',
      because: 'dhcp-guard',
    });
    expect(host.packet({ ...answer, fromPort: 68 }).verdict).toBe('forward');
    expect(host.packet({ ...answer, in: 'p-a2', fromPort: 67 }).verdict).toBe('forward');
  });

  it('keeps an isolated address from being asked for beyond its device', async () => {
    await put({ kind: 'isolate-address', interface: 'uplink', address: '10.1.0.1' });
    const asking = { from: '203.0.113.1', to: '10.1.0.1' };
    expect(host.packet({ ...asking, in: 'uplink' })).toMatchObject({
      verdict: 'drop',
      because: 'isolate-address',
    });
    expect(host.packet({ ...asking, in: 'p-a1' }).verdict).toBe('input');
    expect(host.packet({ from: '10.1.0.1', to: '203.0.113.1' })).toMatchObject({
      verdict: 'drop',
      because: 'isolate-address',
    });
  });

  it('goes by what a guest may send: in its own name, and nothing that only a server or a router sends', async () => {
    await put({ ...guest, securityGroups: [] });
    const sends = (packet: object) => host.packet({ ...out, ...packet }).verdict !== 'drop';
    expect(sends({ mac: '02-00-5E-10-00-01' })).toBe(true);
    expect(sends({ mac: '02:00:5e:10:00:02' })).toBe(false);
    expect(sends({ from: '10.1.0.12' })).toBe(false);
    expect(sends({ protocol: 'udp', fromPort: 67, port: 68 })).toBe(false);
    const dhcp = { from: '0.0.0.0', to: '10.1.0.1', protocol: 'udp', fromPort: 68, port: 67 };
    expect(sends(dhcp)).toBe(true);
    expect(sends({ ...dhcp, fromPort: 69 })).toBe(false);
    await lab.netdev.ensureAddress({ link: 'br-a', cidr: 'fd00:1::1/64' });
    const ipv6 = { from: 'fe80::5eff:fe10:1', to: 'fd00:1::1', protocol: 'icmpv6' };
    expect(sends({ ...ipv6, icmpType: 133 })).toBe(true);
    expect(sends({ ...ipv6, icmpType: 134 })).toBe(false);
    expect(sends({ ...ipv6, from: '::', icmpType: 135 })).toBe(true);
    expect(sends({ ...ipv6, from: '::', icmpType: 128 })).toBe(false);
    expect(sends({ ...ipv6, from: 'fd00:1::9', icmpType: 128 })).toBe(false);
  });

  it('goes by what the groups of a guest allow, of one owner', async () => {
    await put(guest, {
      kind: 'security-group',
      name: 'web',
      rules: [
        { direction: 'in', protocol: 'icmp', icmpType: 8, icmpCode: 0 },
        { direction: 'in', protocol: 'udp', ports: [53, 54], remote: { group: 'friends' } },
      ],
    });
    const inward = { in: 'p-a2', from: '10.1.0.12', to: '10.1.0.11' } as const;
    const comesIn = (packet: object) => host.packet({ ...inward, ...packet }).verdict === 'forward';
    expect(comesIn({ protocol: 'icmp', icmpType: 8 })).toBe(true);
    expect(comesIn({ protocol: 'icmp', icmpType: 8, icmpCode: 1 })).toBe(false);
    expect(comesIn({ protocol: 'icmp', icmpType: 13 })).toBe(false);
    expect(comesIn({ protocol: 'udp', port: 54 })).toBe(false);
    expect(comesIn({ protocol: 'udp', fromPort: 67, port: 68 })).toBe(true);
    expect(comesIn({ protocol: 'tcp', port: 1, reply: true })).toBe(true);
    const friends: Intent = { kind: 'security-group', name: 'friends', rules: [], members: ['10.1.0.12'] };
    const other = await host.firewall({ owner: 'other' });
    await other.put({ key: 'a', intents: [friends] });
    await other.apply();
    expect(comesIn({ protocol: 'udp', port: 54 })).toBe(false);
    await firewall.put({ key: 'friends', intents: [friends] });
    await firewall.apply();
    expect(comesIn({ protocol: 'udp', port: 54 })).toBe(true);
    expect(await firewall.status()).toMatchObject([
      { key: 'friends', packets: 0n },
      { key: 'test', packets: 9n },
    ]);
  });

  it('counts packets and bytes of the intent that decided', async () => {
    await put({ kind: 'source-nat', source: '10.1.0.0/24', to: 'masquerade' });
    host.packet(out);
    host.packet({ ...out, bytes: 1500 });
    expect(await firewall.status()).toEqual([{ key: 'test', rules: 1, packets: 2n, bytes: 1560n }]);
  });

  it('is kept apart by namespace', async () => {
    await lab.netdev.createNamespace('other');
    const other = await host.firewall({ namespace: { name: 'other' } });
    await other.put({ key: 'a', intents: [{ kind: 'forward-policy', bridge: 'br-a', policy: 'closed' }] });
    await other.apply();
    expect(host.packet(out).verdict).toBe('forward');
    expect(host.firewallRules({ namespace: { name: 'other' } })).toHaveLength(1);
    expect(host.firewallRules()).toEqual([]);
  });
});
