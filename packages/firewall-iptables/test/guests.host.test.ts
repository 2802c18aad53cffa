import {
  createIptablesFirewall,
  type IptablesFirewall,
  type IptablesFirewallOptions,
  type Variant,
} from 'firewall-iptables';
import type { GuestIntent, Intent, SecurityGroupRule } from 'netdev-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSpaceRunner } from './agent/space-runner.js';
import {
  arp,
  broadcast,
  type Ends,
  ethernet,
  etherType,
  icmp,
  icmpBehindOptions,
  neighbour,
  tagged,
  tcp,
  tcpFlags,
  udp,
} from './wire/craft.js';
import { between, type Craft, createGuestLab, type End, type GuestLab, machines } from './wire/guest-lab.js';

const runner = createSpaceRunner();
const linkLocal = 'fe80::5eff:fe10:1';
const allNodes = { mac: '33:33:00:00:00:01', ipv6: 'ff02::1' };

const guest = (end: 'g1' | 'g2', more: Partial<GuestIntent> = {}): GuestIntent => {
  const { port, mac, ipv4, ipv6 } = machines[end];
  return { kind: 'guest', port, bridge: 'br-a', mac, addresses: [ipv4, ipv6], securityGroups: [], ...more };
};

const groupOf = (name: string, ...rules: SecurityGroupRule[]): Intent => ({
  kind: 'security-group',
  name,
  rules,
});

/** Opens a connection to a port. */
const opening =
  (ends: Ends, port: number): Craft =>
  (label) =>
    tcp(ends, { port }, label);

describe.each<Variant>(['nft', 'legacy'])('guests, with iptables-%s', (variant) => {
  let lab: GuestLab;
  let firewall: IptablesFirewall;
  const commands: string[] = [];
  const open = (
    more: Pick<IptablesFirewallOptions, 'connections' | 'logDrops'> = {},
  ): Promise<IptablesFirewall> =>
    createIptablesFirewall({
      ...more,
      runner,
      namespace: { name: lab.host },
      variant,
      onCommands: (lines) => commands.push(...lines),
    });
  const put = async (key: string, ...intents: Intent[]): Promise<void> => {
    await firewall.put({ key, intents });
    await firewall.apply();
  };

  beforeEach(async () => {
    lab = await createGuestLab();
    firewall = await open();
    commands.length = 0;
  });
  afterEach(async () => {
    await firewall.close();
    await lab.remove();
  });

  it('an own frame passes and a spoofed one does not, to a neighbour and to the host', async () => {
    const own = between('g1', 'g3');
    const own6 = between('g1', 'g3', 'ipv6');
    const toAll = { ...own, toMac: broadcast };
    const toAll6 = { ...own6, toMac: allNodes.mac, to: allNodes.ipv6 };
    const nowhere = { ...toAll, from: '0.0.0.0', to: '255.255.255.255' };
    const lying = { fromMac: machines.g2.mac };
    const honest: Record<string, Craft> = {
      ipv4: (label) => udp(toAll, { port: 7 }, label),
      ipv6: (label) => udp(toAll6, { port: 7 }, label),
      'ipv6 from the link-local address': (label) => udp({ ...toAll6, from: linkLocal }, { port: 7 }, label),
      arp: (label) => arp(toAll, label),
      'arp probe': (label) => arp({ ...toAll, from: '0.0.0.0' }, label),
      rarp: (label) => arp(toAll, label, { type: etherType.rarp, operation: 3 }),
      'dhcp client': (label) => udp(nowhere, { fromPort: 68, port: 67 }, label),
      'dhcpv6 client': (label) => udp({ ...toAll6, from: linkLocal }, { fromPort: 546, port: 547 }, label),
      'router solicitation': (label) => icmp({ ...toAll6, from: linkLocal }, 133, label),
      'duplicate address detection': (label) =>
        neighbour({ ...toAll6, from: '::' }, 'solicitation', machines.g1.ipv6, label),
      'membership report': (label) => icmp({ ...toAll6, from: '::' }, 143, label),
    };
    const spoofed: Record<string, Craft> = {
      mac: (label) => udp({ ...toAll, ...lying }, { port: 7 }, label),
      ipv4: (label) => udp({ ...toAll, from: machines.g2.ipv4 }, { port: 7 }, label),
      'ipv4 from nowhere': (label) => udp(nowhere, { fromPort: 7, port: 67 }, label),
      ipv6: (label) => udp({ ...toAll6, from: machines.g2.ipv6 }, { port: 7 }, label),
      "ipv6 from another's link-local address": (label) =>
        udp({ ...toAll6, from: 'fe80::5eff:fe10:2' }, { port: 7 }, label),
      'ipv6 from nowhere': (label) => udp({ ...toAll6, from: '::' }, { port: 7 }, label),
      'arp of another address': (label) => arp({ ...toAll, from: machines.g2.ipv4 }, label),
      'arp answer for another': (label) =>
        arp({ ...toAll, from: machines.host.ipv4 }, label, { operation: 2 }),
      'arp of another mac': (label) => arp(toAll, label, { claims: machines.g2.mac }),
      'rarp of another mac': (label) => arp({ ...toAll, ...lying }, label, { type: etherType.rarp }),
      'tagged ipv4': (label) => tagged(udp({ ...toAll, from: machines.g2.ipv4 }, { port: 7 }, label)),
      'another protocol': (label) => ethernet(toAll, 0x88cc, label),
      'a frame with a length': (label) => ethernet(toAll, 46, Buffer.concat([label, Buffer.alloc(30)])),
      'dhcp server': (label) => udp(toAll, { fromPort: 67, port: 68 }, label),
      'dhcpv6 server': (label) => udp({ ...toAll6, from: linkLocal }, { fromPort: 547, port: 546 }, label),
      'router advertisement': (label) => icmp({ ...toAll6, from: linkLocal }, 134, label),
      'router advertisement behind options': (label) =>
        icmpBehindOptions({ ...toAll6, from: linkLocal }, 134, label),
    };
    const all: [string, Craft][] = [
      ...Object.entries(honest).map(([name, craft]): [string, Craft] => [`honest: ${name}`, craft]),
      ...Object.entries(spoofed),
    ];
    const expected = Object.keys(honest).map((name) => `honest: ${name}`);
    for (const to of ['g3', 'host'] as const) {
      await firewall.delete('guest/1');
      await firewall.apply();
      expect(await lab.passing('g1', to, Object.fromEntries(all))).toEqual(all.map(([name]) => name));
      await put('guest/1', guest('g1'));
      expect(await lab.passing('g1', to, Object.fromEntries(all))).toEqual(expected);
      expect(
        await lab.passing('g3', to === 'g3' ? 'g1' : 'host', {
          arp: (label) => arp({ ...between('g3', 'g1'), toMac: broadcast }, label),
        }),
      ).toEqual(['arp']);
    }
  });

  it("no neighbour is told, and the host does not believe, that another's address is the guest's", async () => {
    await put('guest/1', guest('g1'));
    const frames = (to: End): Record<string, Craft> => {
      const ends = between('g1', to, 'ipv6');
      return {
        own: (label) => neighbour(ends, 'advertisement', machines.g1.ipv6, label),
        'own link-local': (label) =>
          neighbour({ ...ends, from: linkLocal }, 'advertisement', linkLocal, label),
        another: (label) => neighbour(ends, 'advertisement', machines.g2.ipv6, label),
        'from link-local': (label) =>
          neighbour({ ...ends, from: linkLocal }, 'advertisement', machines.g2.ipv6, label),
      };
    };
    expect(await lab.passing('g1', 'g3', frames('g3'))).toEqual(['own', 'own link-local']);
    const believed = async (): Promise<boolean> =>
      (await lab.run('ip', '-6', 'neigh', 'show', machines.g2.ipv6)).includes(machines.g1.mac);
    const known = ['lladdr', machines.g2.mac, 'nud', 'stale', 'dev', 'br-a'];
    await lab.run('ip', 'neigh', 'replace', machines.g2.ipv6, ...known);
    await lab.passing('g1', 'host', frames('host'));
    expect(await believed()).toBe(false);
    await put('guest/1');
    await lab.passing('g1', 'host', frames('host'));
    expect(await believed()).toBe(true);
  });

  it('nothing comes to a guest unasked but answers of DHCP and neighbour discovery', async () => {
    const ends = between('g3', 'g1');
    const ends6 = between('g3', 'g1', 'ipv6');
    const refused: Record<string, Craft> = {
      tcp: opening(ends, 80),
      udp: (label) => udp(ends, { port: 53 }, label),
      icmp: (label) => icmp(ends, 8, label),
      'tcp, v6': opening(ends6, 80),
      'udp, v6': (label) => udp(ends6, { port: 53 }, label),
      'icmp, v6': (label) => icmp(ends6, 128, label),
      'to its link-local address': (label) => udp({ ...ends6, to: linkLocal }, { port: 53 }, label),
      'to an address that is not its own': (label) => udp({ ...ends, to: '10.1.0.77' }, { port: 53 }, label),
      'to everybody': (label) => udp({ ...ends, toMac: broadcast, to: '10.1.0.255' }, { port: 53 }, label),
      'to a group': (label) => udp({ ...ends6, toMac: allNodes.mac, to: allNodes.ipv6 }, { port: 53 }, label),
      'an answer that nobody asked for': (label) => tcp(ends, { port: 4000 }, label, tcpFlags.synAck),
    };
    const let_: Record<string, Craft> = {
      arp: (label) => arp(ends, label),
      dhcp: (label) =>
        udp({ ...ends, toMac: broadcast, to: '255.255.255.255' }, { fromPort: 67, port: 68 }, label),
      dhcpv6: (label) => udp(ends6, { fromPort: 547, port: 546 }, label),
      'router advertisement': (label) =>
        icmp({ ...ends6, toMac: allNodes.mac, to: allNodes.ipv6 }, 134, label),
      solicitation: (label) => neighbour(ends6, 'solicitation', machines.g1.ipv6, label),
      advertisement: (label) => neighbour(ends6, 'advertisement', machines.g3.ipv6, label),
    };
    const all = { ...refused, ...let_ };
    expect(await lab.passing('g3', 'g1', all)).toEqual(Object.keys(all));
    await put('guest/1', guest('g1'));
    expect(await lab.passing('g3', 'g1', all)).toEqual(Object.keys(let_));
    // Nobody else is guarded by it.
    expect(await lab.passing('g3', 'g2', { tcp: opening(between('g3', 'g2'), 80) })).toEqual(['tcp']);
  });

  it('what a rule of a group allows comes in, and nothing else, in the order of putting or another', async () => {
    const ends = between('g3', 'g1');
    const ends6 = between('g3', 'g1', 'ipv6');
    const frames: Record<string, Craft> = {
      'tcp 80': opening(ends, 80),
      'tcp 81': opening(ends, 81),
      'udp 5000': (label) => udp(ends, { port: 5000 }, label),
      'udp 5010': (label) => udp(ends, { port: 5010 }, label),
      'udp 5011': (label) => udp(ends, { port: 5011 }, label),
      echo: (label) => icmp(ends, 8, label),
      'timestamp request': (label) => icmp(ends, 13, label),
      'v6 tcp 80': opening(ends6, 80),
      'v6 tcp 443': opening(ends6, 443),
      'v6 echo': (label) => icmp(ends6, 128, label),
      'v4 tcp 443': opening(ends, 443),
    };
    await put('guest/1', guest('g1', { securityGroups: ['web', 'tenant/ping'] }));
    expect(await lab.passing('g3', 'g1', frames)).toEqual([]);
    await put(
      'group/web',
      groupOf(
        'web',
        { direction: 'in', protocol: 'tcp', ports: 80 },
        { direction: 'in', protocol: 'udp', ports: [5000, 5010] },
        { direction: 'in', protocol: 'tcp', ports: 443, family: 'ipv6' },
      ),
    );
    const web = ['tcp 80', 'udp 5000', 'udp 5010', 'v6 tcp 80', 'v6 tcp 443'];
    expect(await lab.passing('g3', 'g1', frames)).toEqual(web);
    const ping = groupOf('tenant/ping', { direction: 'in', protocol: 'icmp', icmpType: 8 });
    await put('group/ping', ping);
    expect(
      await lab.passing('g3', 'g1', {
        echo: frames.echo as Craft,
        other: frames['timestamp request'] as Craft,
      }),
    ).toEqual(['echo']);
    await put('group/ping', groupOf('tenant/ping', { direction: 'in' }));
    expect(await lab.passing('g3', 'g1', { 'tcp 81': frames['tcp 81'] as Craft })).toEqual(['tcp 81']);
  });

  it("what answers the guest comes in; nobody's mark is left on what was allowed", async () => {
    await put('guest/1', guest('g1', { securityGroups: ['web'] }));
    await put('group/web', groupOf('web', { direction: 'in', protocol: 'tcp', ports: 80 }));
    for (const family of ['ipv4', 'ipv6'] as const) {
      const there = between('g1', 'g3', family);
      const back = between('g3', 'g1', family);
      const answer: Craft = (label) => tcp(back, { fromPort: 22, port: 40000 }, label, tcpFlags.synAck);
      expect(await lab.passing('g3', 'g1', { answer })).toEqual([]);
      expect(await lab.passing('g1', 'g3', { opening: opening(there, 22) })).toEqual(['opening']);
      expect(await lab.passing('g3', 'g1', { answer })).toEqual(['answer']);
      const [request, reply] = family === 'ipv4' ? [8, 0] : [128, 129];
      const echo: Craft = (label) => icmp(there, request, label);
      expect(await lab.passing('g1', 'g3', { echo })).toEqual(['echo']);
      expect(await lab.passing('g3', 'g1', { reply: (label) => icmp(back, reply, label) })).toEqual([
        'reply',
      ]);
    }
    await lab.run(`iptables-${variant}`, '-A', 'FORWARD', '-m', 'mark', '!', '--mark', '0', '-j', 'DROP');
    expect(await lab.passing('g3', 'g1', { tcp: opening(between('g3', 'g1'), 80) })).toEqual(['tcp']);
  });

  it('a remote network is told from others, also one of a long list', async () => {
    await put('guest/1', guest('g1', { securityGroups: ['web'] }));
    const network = (remote: string): SecurityGroupRule => ({ direction: 'in', protocol: 'tcp', remote });
    const frames = (): Record<string, Craft> => ({
      g2: opening(between('g2', 'g1'), 80),
      g3: opening({ ...between('g2', 'g1'), from: machines.g3.ipv4 }, 80),
    });
    await put('group/web', groupOf('web', network('10.1.0.12/32'), network('10.200.0.0/16')));
    expect(await lab.passing('g2', 'g1', frames())).toEqual(['g2']);
    const many = Array.from({ length: 300 }, (_, index) => network(`172.16.${index % 256}.${index >> 8}/32`));
    await put('group/web', groupOf('web', ...many, network('10.1.0.12/32')));
    expect(await lab.passing('g2', 'g1', frames())).toEqual(['g2']);
    commands.length = 0;
    await put('group/web', groupOf('web', ...many, network('10.1.0.13/32')));
    expect(commands).toEqual([
      expect.stringMatching(/^ipset -exist add netdev:4:\.\S+ 10\.1\.0\.13$/),
      expect.stringMatching(/^ipset -exist del netdev:4:\.\S+ 10\.1\.0\.12$/),
    ]);
    expect(await lab.passing('g2', 'g1', frames())).toEqual(['g3']);
  });

  it('a remote group is its guests, here and on other hosts, and one joins or leaves by one operation', async () => {
    const join = (...securityGroups: string[]) => put('guest/2', guest('g2', { securityGroups }));
    const members = (...list: string[]) =>
      put('group/db', { kind: 'security-group', name: 'db', rules: [], members: list });
    const from = (address: string): Craft => opening({ ...between('g3', 'g1'), from: address }, 3306);
    const elsewhere = (): Record<string, Craft> => ({ a: from('10.1.0.200'), b: from('10.1.0.201') });
    await put('guest/1', guest('g1', { securityGroups: ['web'] }));
    await put('group/web', groupOf('web', { direction: 'in', protocol: 'tcp', remote: { group: 'db' } }));
    for (const family of ['ipv4', 'ipv6'] as const) {
      const frame = (port: number): Record<string, Craft> => ({
        tcp: opening(between('g2', 'g1', family), port),
      });
      await join('other');
      expect(await lab.passing('g2', 'g1', frame(1))).toEqual([]);
      await join('other', 'db');
      expect(await lab.passing('g2', 'g1', frame(2))).toEqual(['tcp']);
      await join('other');
      expect(await lab.passing('g2', 'g1', frame(3))).toEqual([]);
    }
    await members('10.1.0.200');
    expect(await lab.passing('g3', 'g1', elsewhere())).toEqual(['a']);
    commands.length = 0;
    await members('10.1.0.201');
    expect(commands).toEqual([
      'ipset -exist add netdev:4:db 10.1.0.201',
      'ipset -exist del netdev:4:db 10.1.0.200',
    ]);
    expect(await lab.passing('g3', 'g1', elsewhere())).toEqual(['b']);
  });

  it("out: 'groups' lets out what a rule allows, answers, DHCP and neighbour discovery, to neighbours and the host", async () => {
    const put1 = (out: 'open' | 'groups') => put('guest/1', guest('g1', { securityGroups: ['web'], out }));
    await put(
      'group/web',
      groupOf(
        'web',
        { direction: 'out', protocol: 'udp', ports: 53, remote: '10.1.0.13/32' },
        { direction: 'out', protocol: 'icmp', icmpType: 8 },
        { direction: 'in', protocol: 'tcp', ports: 80 },
      ),
    );
    const ends = between('g1', 'g3');
    const ends6 = between('g1', 'g3', 'ipv6');
    const frames: Record<string, Craft> = {
      'udp 53': (label) => udp(ends, { port: 53 }, label),
      'udp 54': (label) => udp(ends, { port: 54 }, label),
      'udp 53, v6': (label) => udp(ends6, { port: 53 }, label),
      'from link-local': (label) => udp({ ...ends6, from: linkLocal }, { port: 53 }, label),
      tcp: opening(ends, 80),
      solicitation: (label) => neighbour(ends6, 'solicitation', machines.g3.ipv6, label),
      advertisement: (label) => neighbour(ends6, 'advertisement', machines.g1.ipv6, label),
      dhcp: (label) =>
        udp(
          { ...ends, toMac: broadcast, from: '0.0.0.0', to: '255.255.255.255' },
          { fromPort: 68, port: 67 },
          label,
        ),
      arp: (label) => arp(ends, label),
    };
    await put1('open');
    expect(await lab.passing('g1', 'g3', frames)).toEqual(Object.keys(frames));
    await put1('groups');
    const allowed = ['udp 53', 'solicitation', 'advertisement', 'dhcp', 'arp'];
    expect(await lab.passing('g1', 'g3', frames)).toEqual(allowed);
    // It answers what was let in.
    const asked = between('g3', 'g1');
    expect(await lab.passing('g3', 'g1', { asking: opening(asked, 80) })).toEqual(['asking']);
    const answer: Craft = (label) => tcp(ends, { fromPort: 80, port: 40000 }, label, tcpFlags.synAck);
    expect(await lab.passing('g1', 'g3', { answer })).toEqual(['answer']);
    // The host answers a ping, and what it answers shows that it was reached.
    const echo = (port: number): Record<string, Craft> => ({
      ping: (label) => icmp(between('g1', 'host'), 8, label, { rest: Buffer.from([0, port, 0, 1]) }),
      'ping, v6': (label) =>
        icmp(between('g1', 'host', 'ipv6'), 128, label, { rest: Buffer.from([0, port, 0, 1]) }),
    });
    expect(await lab.passing('g1', 'g1', echo(1))).toEqual(['ping']);
    await put1('open');
    expect(await lab.passing('g1', 'g1', echo(2))).toEqual(['ping', 'ping, v6']);
  });

  it('what is routed is filtered like what is bridged, and where bridged packets pass no iptables too', async () => {
    for (const bridged of ['1', '0']) {
      for (const name of ['iptables', 'ip6tables'])
        await lab.run('sysctl', '-qw', `net.bridge.bridge-nf-call-${name}=${bridged}`);
      await put('guest/1', guest('g1', { securityGroups: ['web'], out: 'groups' }));
      await put(
        'group/web',
        groupOf(
          'web',
          { direction: 'in', protocol: 'tcp', ports: 80 },
          { direction: 'out', protocol: 'tcp', ports: 443 },
        ),
      );
      for (const family of ['ipv4', 'ipv6'] as const) {
        const inward = between('world', 'g1', family);
        const outward = between('g1', 'world', family);
        const source = Number(bridged) + (family === 'ipv4' ? 40010 : 40020);
        const syn =
          (ends: Ends, port: number): Craft =>
          (label) =>
            tcp(ends, { fromPort: source, port }, label);
        expect(
          await lab.passing('world', 'g1', {
            allowed: syn(inward, 80),
            refused: syn(inward, 81),
            udp: (label) => udp(inward, { port: 80 }, label),
            'to a neighbour that nobody guards': syn(between('world', 'g2', family), 81),
          }),
        ).toEqual(['allowed']);
        expect(
          await lab.passing('world', 'g2', { unguarded: syn(between('world', 'g2', family), 82) }),
        ).toEqual(['unguarded']);
        const answer: Craft = (label) => tcp(outward, { fromPort: 80, port: source }, label, tcpFlags.synAck);
        expect(
          await lab.passing('g1', 'world', {
            answer,
            allowed: syn(outward, 443),
            refused: syn(outward, 80),
            spoofed: syn({ ...outward, from: machines.g2[family] }, 443),
          }),
        ).toEqual(['answer', 'allowed']);
        const back: Craft = (label) => tcp(inward, { fromPort: 443, port: source }, label, tcpFlags.synAck);
        expect(await lab.passing('world', 'g1', { back })).toEqual(['back']);
      }
    }
  });

  it('a guest that is removed leaves nothing: no rule, no chain, no set', async () => {
    const saved = async (): Promise<string[]> => {
      const texts = await Promise.all([
        ...['iptables', 'ip6tables'].map((tool) => lab.run(`${tool}-${variant}-save`)),
        lab.run('ebtables-nft-save'),
        lab.run('ipset', 'save'),
      ]);
      return texts.flatMap((text) => text.split('\n').filter((line) => line.includes('netdev'))).sort();
    };
    await put('guest/1', guest('g1', { securityGroups: ['web'] }));
    await put('group/web', groupOf('web', { direction: 'in', remote: { group: 'db' } }));
    const before = await saved();
    await put('guest/2', guest('g2', { securityGroups: ['db'], out: 'groups' }));
    expect((await saved()).filter((line) => line.includes('p-g2')).length).toBeGreaterThan(10);
    await firewall.delete('guest/2');
    await firewall.apply();
    expect((await saved()).map(withoutSeed)).toEqual(before.map(withoutSeed));
    expect(await firewall.reconcile()).toEqual({ changed: false, added: 0, removed: 0 });
    await firewall.delete('guest/1');
    await firewall.delete('group/web');
    await firewall.apply();
    expect(await saved()).toEqual([]);
    const frames = {
      spoofed: opening({ ...between('g1', 'g3'), from: '10.9.9.9' }, 1),
      back: opening(between('g1', 'g3'), 2),
    };
    expect(await lab.passing('g1', 'g3', frames)).toEqual(['spoofed', 'back']);
  });

  it('a guest that routes speaks for its networks, is reached at them, and is in its groups with them', async () => {
    const addresses = [machines.g1.ipv4, '10.9.0.0/16', 'fd00:9:8000::/33'];
    await put('guest/1', guest('g1', { addresses, securityGroups: ['web'] }));
    await put('guest/2', guest('g2', { securityGroups: ['inner'] }));
    await put('group/web', groupOf('web', { direction: 'in', protocol: 'tcp', ports: 80 }));
    await put(
      'group/inner',
      groupOf('inner', { direction: 'in', protocol: 'udp', remote: { group: 'web' } }),
    );
    const from = (address: string): Craft => {
      const ends = { ...between('g1', 'g2', address.includes(':') ? 'ipv6' : 'ipv4'), from: address };
      return (label) => udp(ends, { port: 53 }, label);
    };
    expect(
      await lab.passing('g1', 'g2', {
        inside: from('10.9.255.1'),
        outside: from('10.8.255.1'),
        'inside, v6': from('fd00:9:8000::1'),
        'outside, v6': from('fd00:9:7fff::1'),
        own: from(machines.g1.ipv4),
      }),
    ).toEqual(['inside', 'inside, v6', 'own']);
    const claim = (target: string): Craft => {
      const ends = { ...between('g1', 'g2', 'ipv6'), from: target };
      return (label) => neighbour({ ...ends, from: linkLocal }, 'advertisement', target, label);
    };
    const claims = { inside: claim('fd00:9:ffff::1'), outside: claim('fd00:9:7fff::1') };
    expect(await lab.passing('g1', 'g2', claims)).toEqual(['inside']);
    const to = (address: string, port: number): Craft =>
      opening({ ...between('g3', 'g1'), to: address }, port);
    expect(await lab.passing('g3', 'g1', { web: to('10.9.3.4', 80), other: to('10.9.3.4', 81) })).toEqual([
      'web',
    ]);
    await lab.run('ip', 'route', 'add', '10.9.0.0/16', 'via', machines.g1.ipv4);
    const routed = (port: number): Craft => opening({ ...between('world', 'g1'), to: '10.9.3.4' }, port);
    expect(await lab.passing('world', 'g1', { web: routed(80), other: routed(81) })).toEqual(['web']);
  });

  it('counts each packet once, for the guest that it is refused for or the group that allows it', async () => {
    await put('guest/1', guest('g1', { securityGroups: ['ssh', 'web'] }));
    await put('group/web', groupOf('web', { direction: 'in', protocol: 'tcp', ports: 80 }));
    const ends = between('g3', 'g1');
    const frames = { a: opening(ends, 80), b: opening(ends, 81), c: opening(ends, 82) };
    const counted = [
      { key: 'group/web', packets: 1n },
      { key: 'guest/1', packets: 2n },
    ];
    await lab.passing('g3', 'g1', frames);
    expect(await firewall.status()).toMatchObject(counted);
    const logging = await open({ logDrops: { group: 5 } });
    for (const group of await firewall.list()) await logging.put(group);
    await logging.reconcile();
    const before = await logging.status();
    await lab.passing('g3', 'g1', frames);
    const more = (await logging.status()).map(
      ({ packets }, index) => packets - (before[index]?.packets ?? 0n),
    );
    expect(more).toEqual([1n, 2n]);
    await logging.close();
  });

  it("ends the connections of a guest that goes, and nobody else's, where it is asked to", async () => {
    const ending = await open({ connections: 'end' });
    for (const end of ['g1', 'g2'] as const) await ending.put({ key: end, intents: [guest(end)] });
    await ending.apply();
    const known = async (): Promise<string[]> =>
      [...(await lab.run('conntrack', '-L')).matchAll(/ src=(10\.1\.0\.1[12]) dst=10\.1\.0\.13 /g)].map(
        ([, address = '']) => address,
      );
    for (const end of ['g1', 'g2'] as const)
      await lab.passing(end, 'g3', { opening: opening(between(end, 'g3'), 80) });
    expect((await known()).sort()).toEqual([machines.g1.ipv4, machines.g2.ipv4]);
    await ending.delete('g1');
    await ending.apply();
    expect(await known()).toEqual([machines.g2.ipv4]);
    await ending.close();
  });

  it('sets that somebody changed or destroyed are mended, sets of others are left alone, and leftovers go', async () => {
    const sets = async (): Promise<string[]> => (await lab.run('ipset', 'save')).split('\n').map(withoutSeed);
    await lab.run('ipset', 'create', 'netdev-4-db', 'hash:ip');
    await lab.run('ipset', 'add', 'netdev-4-db', '10.9.9.9');
    await put('group/db', { kind: 'security-group', name: 'db', rules: [], members: ['10.1.0.13'] });
    await put('guest/1', guest('g1', { securityGroups: ['web'] }));
    await put('group/web', groupOf('web', { direction: 'in', family: 'ipv4', remote: { group: 'db' } }));
    const before = await sets();
    expect(before.filter((line) => line.includes('netdev:'))).toHaveLength(2);
    await lab.run('ipset', 'flush', 'netdev:4:db');
    await lab.run('ipset', 'add', 'netdev:4:db', '10.7.0.0/16');
    expect(await firewall.reconcile()).toEqual({ changed: true, added: 1, removed: 1 });
    expect(await sets()).toEqual(before);
    // What a change was planned on is gone, and found out by the change.
    for (const tool of ['iptables', 'ip6tables']) await lab.run(`${tool}-${variant}`, '-F');
    await eventually(() => lab.run('ipset', 'destroy', 'netdev:4:db'));
    await put('group/db', {
      kind: 'security-group',
      name: 'db',
      rules: [],
      members: ['10.1.0.13', '10.1.0.14'],
    });
    expect(await lab.passing('g3', 'g1', { tcp: opening(between('g3', 'g1'), 80) })).toEqual(['tcp']);

    const restarted = await open();
    for (const group of await firewall.list()) await restarted.put(group);
    expect(await restarted.apply()).toEqual({ changed: false, added: 0, removed: 0 });
    await lab.run('ipset', 'create', 'netdev:4:left', 'hash:net');
    const next = await open();
    expect((await next.clear()).changed).toBe(true);
    expect((await sets()).filter((line) => line !== '')).toEqual([
      expect.stringContaining('create netdev-4-db'),
      'add netdev-4-db 10.9.9.9',
    ]);
    await Promise.all([restarted.close(), next.close()]);
  });

  it('sets go back to what they were when the rules are refused', async () => {
    const sets = async (): Promise<string[]> => (await lab.run('ipset', 'save')).split('\n').map(withoutSeed);
    await put('guest/1', guest('g1', { securityGroups: ['web'] }));
    await put('group/web', groupOf('web', { direction: 'in', remote: { group: 'web' } }));
    const before = await sets();
    await firewall.put({ key: 'guest/2', intents: [guest('g2', { securityGroups: ['web'] })] });
    firewall.iptables.ipv4.filter.addRule('INPUT', '-s 10.1.0.11/32 -m nothing -j DROP');
    await expect(firewall.apply()).rejects.toMatchObject({ code: 'PLATFORM' });
    expect(await sets()).toEqual(before);
  });
});

function withoutSeed(line: string): string {
  return line
    .replace(/ initval \S+/, '')
    .replace(/ hashsize \S+/, '')
    .replace(/\[\d+:\d+\]/, '');
}

async function eventually(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    try {
      await work();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error('never came true');
}
