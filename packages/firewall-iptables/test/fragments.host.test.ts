import { createIptablesFirewall, type IptablesFirewall, type Variant } from 'firewall-iptables';
import type { GuestIntent, Intent } from 'netdev-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpaceRunner } from './agent/space-runner.js';
import {
  type Ends,
  ethernet,
  etherType,
  fragments,
  icmp,
  icmpBehindOptions,
  nextPacketId,
  udp,
  udpBehindOptions,
} from './wire/craft.js';
import { between, type Craft, createGuestLab, type End, type GuestLab, machines } from './wire/guest-lab.js';

const runner = createSpaceRunner();
const guest = (more: Partial<GuestIntent> = {}): GuestIntent => {
  const { port, mac, ipv4, ipv6 } = machines.g1;
  return {
    ...{ kind: 'guest', port, bridge: 'br-a', mac, addresses: [ipv4, ipv6], securityGroups: ['web'] },
    ...more,
  };
};

const web: Intent = {
  kind: 'security-group',
  name: 'web',
  rules: [
    { direction: 'in', protocol: 'udp', ports: 5000 },
    { direction: 'out', protocol: 'udp', ports: 53 },
  ],
};

/** A datagram in two fragments: the header of UDP, or the half of it that has the ports, and the rest. */
const inTwo =
  (ends: Ends, port: number, { fromPort = 40000, first = 8 } = {}): Craft =>
  (label) =>
    fragments(udp(ends, { fromPort, port }, label), first);

const families = ['ipv4', 'ipv6'] as const;

describe.each<Variant>(['nft', 'legacy'])('fragments, with iptables-%s', (variant) => {
  let lab: GuestLab;
  let firewall: IptablesFirewall;
  const put = async (key: string, ...intents: Intent[]): Promise<void> => {
    await firewall.put({ key, intents });
    await firewall.apply();
  };

  beforeEach(async () => {
    lab = await createGuestLab();
    firewall = await createIptablesFirewall({ runner, namespace: { name: lab.host }, variant });
    await put('web', web);
  });
  afterEach(async () => {
    await firewall.close();
    await lab.remove();
  });

  it('of what a group allows come in, and no others, bridged and routed', async () => {
    for (const family of families) {
      for (const from of ['g3', 'world'] as const) {
        const ends = between(from, 'g1', family);
        const source = from === 'world' ? 40001 : 40002;
        const frames = {
          allowed: inTwo(ends, 5000, { fromPort: source }),
          refused: inTwo(ends, 5001, { fromPort: source }),
        };
        await put('guest');
        expect(await lab.passing(from, 'g1', frames)).toEqual(['allowed', 'refused']);
        await put('guest', guest());
        await lab.run('conntrack', '-F');
        expect(await lab.passing(from, 'g1', frames)).toEqual(['allowed']);
      }
    }
  });

  it('of what a guest may send go out, and no others, bridged and routed', async () => {
    for (const family of families) {
      for (const to of ['g3', 'world'] as const) {
        const ends = between('g1', to, family);
        const source = to === 'world' ? 40001 : 40002;
        const frames = {
          allowed: inTwo(ends, 53, { fromPort: source }),
          refused: inTwo(ends, 54, { fromPort: source }),
          spoofed: inTwo({ ...ends, from: machines.g2[family] }, 53, { fromPort: source }),
        };
        await put('guest', guest());
        await lab.run('conntrack', '-F');
        expect(await lab.passing('g1', to, frames)).toEqual(['allowed', 'refused']);
        await put('guest', guest({ out: 'groups' }));
        await lab.run('conntrack', '-F');
        expect(await lab.passing('g1', to, frames)).toEqual(['allowed']);
      }
    }
  });

  it('do not hide who sends, where bridged packets are put together and where they are not', async () => {
    for (const together of ['1', '0']) {
      for (const name of ['iptables', 'ip6tables'])
        await lab.run('sysctl', '-qw', `net.bridge.bridge-nf-call-${name}=${together}`);
      for (const family of families) {
        const ends = between('g1', 'g3', family);
        const mixed =
          (first: Partial<Ends>, second: Partial<Ends>): Craft =>
          (label) => {
            const id = nextPacketId();
            const of = (own: Partial<Ends>) => fragments(udp({ ...ends, ...own }, { port: 7 }, label), 8, id);
            return [...of(first).slice(0, 1), ...of(second).slice(1)];
          };
        const frames = {
          'a tail with another address': mixed({}, { from: machines.g2[family] }),
          'a tail with another mac': mixed({}, { fromMac: machines.g2.mac }),
          honest: mixed({}, {}),
        };
        const lying = ethernet({ ...ends, fromMac: machines.g2.mac }, etherType[family], Buffer.alloc(0));
        await put('guest', guest());
        // What is put together is sent on by the MAC of its head.
        const passing = together === '1' ? ['a tail with another mac', 'honest'] : ['honest'];
        expect(await lab.passing('g1', 'g3', frames)).toEqual(passing);
        if (together === '1') expect(lab.has('g3', lying)).toBe(false);
        await put('guest');
        expect(await lab.passing('g1', 'g3', frames)).toEqual(Object.keys(frames));
      }
    }
  });

  it('do not hide a DHCP server or a router, wherever its header is', async () => {
    const ends = between('g1', 'g3');
    const ends6 = between('g1', 'g3', 'ipv6');
    const router = { ...ends6, from: 'fe80::5eff:fe10:1' };
    const frames: Record<string, Craft> = {
      dhcp: inTwo(ends, 68, { fromPort: 67 }),
      dhcpv6: inTwo(ends6, 546, { fromPort: 547 }),
      'dhcpv6, its header in the second': (label) =>
        fragments(udpBehindOptions(ends6, { fromPort: 547, port: 546 }, label), 8),
      advertisement: (label) => fragments(icmp(router, 134, label), 8),
      'advertisement, its header in the second': (label) =>
        fragments(icmpBehindOptions(router, 134, label), 8),
    };
    expect(await lab.passing('g1', 'g3', frames)).toEqual(Object.keys(frames));
    await put('guest', guest());
    expect(await lab.passing('g1', 'g3', frames)).toEqual([]);
  });

  it('are translated as a whole', async () => {
    await put('guest', guest());
    await put('float', { kind: 'floating-address', floating: '203.0.113.50', fixed: machines.g1.ipv4 });
    const inward = { ...between('world', 'g1'), to: '203.0.113.50' };
    expect(
      await lab.passing('world', 'g1', { allowed: inTwo(inward, 5000), refused: inTwo(inward, 5001) }),
    ).toEqual(['allowed']);
    const ends: [End, End] = ['g1', 'world'];
    expect(await lab.passing(...ends, { out: inTwo(between(...ends), 7) })).toEqual(['out']);
  });
});
