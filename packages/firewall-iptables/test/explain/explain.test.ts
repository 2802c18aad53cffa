import {
  createIptablesFirewall,
  type ExplainedRule,
  type ExplainOptions,
  type Explanation,
  type IptablesFirewall,
  type Packet,
} from 'firewall-iptables';
import type { Intent } from 'netdev-core';
import { createRecordingRunner, createRunner } from 'netdev-exec';
import { beforeEach, describe, expect, it } from 'vitest';

const tcp: Packet = {
  in: 'eth0',
  source: '192.0.2.1',
  destination: '192.0.2.2',
  protocol: 'tcp',
  sourcePort: 40000,
  destinationPort: 22,
};

describe('explain', () => {
  let firewall: IptablesFirewall;
  const explain = (packet: Packet, options?: ExplainOptions): Promise<Explanation> =>
    firewall.explain(packet, options);
  const put = (...intents: Intent[]): Promise<void> => firewall.put({ key: 'test', intents });
  /** A raw chain that INPUT leads to first. */
  const raw = (...rules: string[]): void => {
    const { filter } = firewall.iptables.ipv4;
    for (const rule of rules) filter.addRule('INPUT', rule);
  };
  const filtering = ({ rules }: Explanation): ExplainedRule[] =>
    rules.filter(({ table }) => table === 'filter');

  beforeEach(async () => {
    firewall = await createIptablesFirewall({ runner: createRecordingRunner(createRunner()) });
  });

  it('speaks of groups and raw rules as they are at each call', async () => {
    const ssh: Intent = { kind: 'accept-input', interface: 'eth0', protocol: 'tcp', ports: 22 };
    const verdicts: string[] = [];
    const ask = async (): Promise<void> => void verdicts.push((await explain(tcp)).verdict);
    await ask();
    await put(ssh);
    await ask();
    await put({ ...ssh, ports: 23 });
    await ask();
    raw('-j DROP');
    await ask();
    firewall.iptables.reset();
    await put(ssh);
    await ask();
    await firewall.delete('test');
    await ask();
    expect(verdicts).toEqual(['untouched', 'accept', 'untouched', 'drop', 'accept', 'untouched']);
  });

  it('runs no program, and speaks of groups that were not applied yet', async () => {
    const runner = createRecordingRunner(createRunner());
    firewall = await createIptablesFirewall({ runner });
    await put({ kind: 'accept-input', interface: 'eth0', protocol: 'tcp', ports: 22 });
    expect(await explain(tcp)).toEqual({
      verdict: 'accept',
      decidedBy: {
        key: 'test',
        family: 'ipv4',
        table: 'filter',
        hook: 'INPUT',
        chain: 'netdev-input',
        text: '-i eth0 -p tcp -m tcp --dport 22 -j ACCEPT',
        does: { kind: 'accept' },
        met: 'yes',
        because: undefined,
      },
      rules: [
        expect.objectContaining({ key: undefined, chain: 'INPUT', text: '-j netdev-input' }),
        expect.objectContaining({ key: 'test', chain: 'netdev-input' }),
      ],
      leaves: { source: '192.0.2.1', destination: '192.0.2.2', sourcePort: 40000, destinationPort: 22 },
      notConsidered: ['foreign-rules'],
    });
    await firewall.delete('test');
    expect(await explain(tcp)).toMatchObject({ verdict: 'untouched', rules: [], decidedBy: undefined });
    expect(runner.commands).toEqual([]);
  });

  it('names the group of a rule that two groups have, in the order in which they were put', async () => {
    for (const key of ['second', 'first'])
      await firewall.put({ key, intents: [{ kind: 'accept-input', interface: 'eth0' }] });
    expect((await explain(tcp)).decidedBy?.key).toBe('second');
  });

  it('cannot say what depends on what is not known of the packet', async () => {
    await put({ kind: 'accept-input', protocol: 'tcp', ports: 22 });
    const { verdict, rules, decidedBy } = await explain({ ...tcp, destinationPort: undefined });
    expect({ verdict, decidedBy }).toEqual({ verdict: 'unknown', decidedBy: undefined });
    expect(rules.at(-1)).toMatchObject({
      met: 'unknown',
      because: '-m tcp --dport 22: not known of the packet',
    });
  });

  describe('of raw rules', () => {
    it('cannot say what a match does that it does not know, and says why', async () => {
      raw('-m ttl --ttl-eq 64 -j DROP');
      const said = await explain(tcp);
      expect(said.verdict).toBe('unknown');
      expect(said.rules.at(-1)).toMatchObject({
        met: 'unknown',
        because: '-m ttl --ttl-eq 64: not understood here',
      });
    });

    it('is sure where a match that it does not know cannot matter', async () => {
      raw('-s 10.0.0.0/8 -m ttl --ttl-eq 64 -j DROP', '-m limit --limit 3/sec -j LOG', '-j ACCEPT');
      const said = await explain(tcp);
      const rules = filtering(said);
      expect(said.verdict).toBe('accept');
      expect(rules.map(({ met }) => met)).toEqual(['yes', 'unknown', 'yes']);
      expect(rules[1]?.because).toContain('depends on how many came before');
    });

    it('is sure of a drop that comes on every way', async () => {
      raw('-m ttl --ttl-eq 64 -j DROP', '-j DROP');
      expect(await explain(tcp)).toMatchObject({ verdict: 'drop', decidedBy: undefined });
      raw('-j ACCEPT');
      expect((await explain(tcp)).verdict).toBe('drop');
    });

    it('does not guess what a chain of others does, or a target that it does not know', async () => {
      raw('-p udp -j DOCKER-USER', '-p tcp -j DOCKER-USER', '-j ACCEPT');
      expect((await explain(tcp)).verdict).toBe('unknown');
      expect((await explain({ ...tcp, protocol: 'sctp' })).verdict).toBe('accept');
      firewall.iptables.ipv4.filter.emptyChain('INPUT');
      raw('-j NFQUEUE --queue-num 1', '-j ACCEPT');
      expect((await explain(tcp)).verdict).toBe('unknown');
    });

    it('follows jumps, goto and RETURN', async () => {
      const { filter } = firewall.iptables.ipv4;
      for (const chain of ['one', 'two', 'three']) filter.addChain(chain);
      raw('-j $one', '-j ACCEPT');
      filter.addRule('one', '-p udp -j DROP');
      filter.addRule('one', '-g $two');
      filter.addRule('one', '-j DROP');
      filter.addRule('two', '-j $three');
      filter.addRule('three', '-p tcp -j RETURN');
      filter.addRule('three', '-j DROP');
      const said = await explain(tcp);
      expect(said).toMatchObject({ verdict: 'accept', decidedBy: { chain: 'netdev-INPUT' } });
      expect(filtering(said).map(({ chain, text }) => `${chain} ${text}`)).toEqual([
        'INPUT -j netdev-INPUT',
        'netdev-INPUT -j netdev-one',
        'netdev-one -g netdev-two',
        'netdev-two -j netdev-three',
        'netdev-three -p tcp -j RETURN',
        'netdev-INPUT -j ACCEPT',
      ]);
    });

    it('knows the bits of a mark that it can know', async () => {
      raw(
        '-p tcp -j MARK --set-xmark 0x4/0xf',
        '-m ttl --ttl-eq 64 -j MARK --set-xmark 0x11/0xff',
        '-m mark --mark 0x0/0x2 -j LOG',
        '-m mark ! --mark 0x10/0x10 -j DROP',
        '-j ACCEPT',
      );
      const said = await explain({ ...tcp, mark: 0x10 });
      expect(filtering(said).map(({ does, met }) => [does.kind, met])).toEqual([
        ['jump', 'yes'],
        ['mark', 'yes'],
        ['mark', 'unknown'],
        ['go-on', 'yes'],
        ['accept', 'yes'],
      ]);
      const plain = await explain(tcp);
      expect(plain).toMatchObject({ verdict: 'unknown' });
      expect(plain.rules.map(({ met }) => met).slice(-2)).toEqual(['unknown', 'unknown']);
    });

    it('reads negations, lists, ranges and quoted text', async () => {
      raw(
        '! -s 192.0.2.0/24 -j DROP',
        '-p tcp -m multiport --dports 80,20:30 -m comment --comment "has -j DROP in it" -j LOG',
        '-p tcp -m tcp ! --dport 23:65535 -j LOG --log-prefix "-j ACCEPT "',
        '! -i eth+ -j DROP',
        '-m conntrack ! --ctstate INVALID,ESTABLISHED -j ACCEPT',
      );
      const said = await explain(tcp);
      expect(said.verdict).toBe('accept');
      expect(filtering(said).map(({ does }) => does.kind)).toEqual(['jump', 'go-on', 'go-on', 'accept']);
      expect((await explain({ ...tcp, connection: 'invalid' })).verdict).toBe('untouched');
    });

    it('knows what a drop of each kind and in each table is', async () => {
      raw('-p tcp -m tcp --dport 22 -j REJECT --reject-with tcp-reset');
      expect((await explain(tcp)).verdict).toBe('drop');
      const { mangle } = firewall.iptables.ipv4;
      mangle.addRule('POSTROUTING', '-o eth1 -j DROP');
      const out = { ...tcp, out: 'eth1' };
      expect(await explain(out)).toMatchObject({ verdict: 'drop', decidedBy: { table: 'mangle' } });
    });

    it('does not know an address that the kernel chooses', async () => {
      firewall.iptables.ipv4.nat.addRule(
        'PREROUTING',
        '-p tcp -j DNAT --to-destination 10.0.0.1-10.0.0.9:80',
      );
      firewall.iptables.ipv4.nat.addRule('PREROUTING', '-p udp -j REDIRECT --to-ports 53');
      await put({ kind: 'accept-input', destination: '10.0.0.1', protocol: 'tcp', ports: 80 });
      const said = await explain(tcp);
      expect(said.leaves).toMatchObject({ destination: 'unknown', destinationPort: 80 });
      expect(said.verdict).toBe('unknown');
      expect((await explain({ ...tcp, protocol: 'udp' })).leaves).toMatchObject({
        destination: 'unknown',
        destinationPort: 53,
      });
    });
  });

  it('looks at frames only where ports of bridges are named, and says so', async () => {
    await put({ kind: 'dhcp-guard', ports: ['tap1'] });
    const answer: Packet = {
      ...{ in: 'br0', inPort: 'tap1', out: 'br0', outPort: 'tap2', bridged: true },
      ...{
        source: '10.0.0.1',
        destination: '10.0.0.2',
        protocol: 'udp',
        sourcePort: 67,
        destinationPort: 68,
      },
    };
    expect(await explain(answer)).toMatchObject({
      verdict: 'drop',
      decidedBy: { key: 'test', family: 'bridge', hook: 'FORWARD' },
      notConsidered: ['foreign-rules'],
    });
    const routed: Packet = { ...answer, inPort: undefined, outPort: undefined, bridged: false };
    expect(await explain(routed)).toMatchObject({
      verdict: 'untouched',
      notConsidered: ['foreign-rules', 'frames'],
    });
  });

  it('knows that what is translated to behind its own bridge stays bridged, where iptables sees that', async () => {
    const { nat } = firewall.iptables.ipv4;
    await put(
      { kind: 'dhcp-guard', ports: ['tap9'] },
      { kind: 'isolate-address', interface: 'tap9', address: '10.0.0.9' },
    );
    const packet: Packet = { ...tcp, in: 'br0', inPort: 'tap1', out: 'br0', outPort: 'tap2' };
    const hooks = async (options?: ExplainOptions): Promise<string[]> =>
      (await explain(packet, options)).rules.flatMap(({ family, hook }) =>
        family === 'bridge' ? [hook] : [],
      );
    nat.addRule('PREROUTING', '-p tcp -j DNAT --to-destination 10.0.0.2');
    expect(await hooks()).toEqual(['INPUT', 'OUTPUT']);
    expect(await hooks({ bridgeNetfilter: true })).toEqual(['FORWARD']);
    nat.emptyChain('PREROUTING');
    expect(await hooks({ bridgeNetfilter: true })).toEqual(['INPUT', 'OUTPUT']);
    nat.addRule('PREROUTING', '-m ttl --ttl-eq 64 -j DNAT --to-destination 10.0.0.2');
    expect((await explain(packet, { bridgeNetfilter: true })).verdict).toBe('unknown');
  });

  it('knows what a set of ours holds, and not what one of others does', async () => {
    await put(
      {
        kind: 'security-group',
        name: 'web',
        rules: [{ direction: 'in', protocol: 'tcp', ports: 22, remote: { group: 'admins' } }],
      },
      {
        kind: 'guest',
        port: 'tap1',
        bridge: 'br0',
        mac: '02:00:00:00:00:01',
        addresses: ['192.0.2.2'],
        securityGroups: ['web'],
      },
    );
    const forwarded: Packet = { ...tcp, out: 'br0', outPort: 'tap1' };
    expect((await explain(forwarded)).verdict).toBe('drop');
    await firewall.put({
      key: 'members',
      intents: [{ kind: 'security-group', name: 'admins', rules: [], members: ['192.0.2.0/31'] }],
    });
    expect((await explain(forwarded)).verdict).toBe('untouched');
    raw('-m set --match-set blocklist src -j DROP');
    expect((await explain(tcp)).verdict).toBe('unknown');
  });

  it('names the group whose rule led to a chain of no group, such as the one that tells of drops', async () => {
    firewall = await createIptablesFirewall({ logDrops: { group: 5 } });
    await put(
      { kind: 'forward-policy', bridge: 'br0', policy: 'closed' },
      { kind: 'dhcp-guard', ports: ['tap1'] },
    );
    const said = await explain({ ...tcp, out: 'br0' });
    expect(said).toMatchObject({ verdict: 'drop', decidedBy: { key: 'test', chain: 'netdev-drop' } });
    expect(said.rules.map(({ does, met }) => `${does.kind} ${met}`).slice(-3)).toEqual([
      'jump yes',
      'go-on unknown',
      'drop yes',
    ]);
    const frame: Packet = { ...tcp, in: 'br0', inPort: 'tap1', out: 'br0', outPort: 'tap2', bridged: true };
    const guarded = await explain({ ...frame, protocol: 'udp', sourcePort: 67, destinationPort: 68 });
    expect(guarded).toMatchObject({
      verdict: 'drop',
      decidedBy: { key: 'test', chain: 'netdev-frames-drop', family: 'bridge' },
    });
    expect(guarded.rules.at(-2)?.because).toBe('--limit 10/sec: depends on how many came before');
  });

  it('says what the host says to itself meets: both hooks, translated once', async () => {
    await put(
      { kind: 'floating-address', floating: '203.0.113.50', fixed: '10.1.0.11' },
      { kind: 'accept-input', interface: 'lo' },
    );
    const said = await explain({
      ...tcp,
      in: 'lo',
      out: 'lo',
      source: '127.0.0.1',
      destination: '127.0.0.1',
    });
    expect(said.rules.map(({ hook, table }) => `${table} ${hook}`)).toEqual([
      ...Array<string>(2).fill('nat OUTPUT'),
      ...Array<string>(2).fill('nat POSTROUTING'),
      ...Array<string>(2).fill('filter INPUT'),
    ]);
  });

  it.each<[field: string, packet: object]>([
    ['packet', null as never],
    ['packet.in', {}],
    ['packet.in', { ...tcp, in: 'eth0 -j ACCEPT' }],
    ['packet.colour', { ...tcp, colour: 'red' }],
    ['packet.source', { ...tcp, source: '192.0.2.1\n' }],
    ['packet.source', { in: 'eth0' }],
    ['packet.destination', { ...tcp, destination: '2001:db8::1' }],
    ['packet.protocol', { ...tcp, protocol: 'all' }],
    ['packet.protocol', { ...tcp, protocol: 256 }],
    ['packet.protocol', { ...tcp, protocol: 'icmpv6' }],
    ['packet.destinationPort', { ...tcp, destinationPort: 65536 }],
    ['packet.sourcePort', { ...tcp, protocol: 'icmp' }],
    ['packet.icmpType', { ...tcp, icmpType: 8 }],
    ['packet.neighbourTarget', { ...tcp, neighbourTarget: 'fd00::1' }],
    ['packet.mark', { ...tcp, mark: 2 ** 32 }],
    ['packet.connection', { ...tcp, connection: 'NEW' }],
    ['packet.opened', { ...tcp, connection: 'invalid', opened: tcp }],
    [
      'packet.opened.connection',
      { ...tcp, connection: 'established', opened: { ...tcp, connection: 'invalid' } },
    ],
    ['packet.opened', { ...tcp, connection: 'established', opened: { ...tcp, destination: '192.0.2.3' } }],
    [
      'packet.opened.destinationPort',
      { ...tcp, connection: 'established', opened: { ...tcp, destinationPort: 0 } },
    ],
    ['packet.inPort', { ...tcp, in: undefined, out: 'br0', inPort: 'tap1' }],
    ['packet.outPort', { ...tcp, outPort: 'tap1' }],
    ['packet.bridged', { ...tcp, bridged: 'yes' }],
    ['packet.out', { ...tcp, bridged: true, inPort: 'a', out: 'eth1', outPort: 'b' }],
    ['packet.inPort', { ...tcp, bridged: true, out: 'eth0', outPort: 'b' }],
    ['packet.arp', { in: 'br0', out: 'br1', arp: {} }],
    ['packet.source', { ...tcp, arp: {} }],
    ['packet.arp.operation', { in: 'br0', arp: { operation: 'toString' } }],
    ['packet.arp.senderAddress', { in: 'br0', arp: { senderAddress: 'fd00::1' } }],
    ['packet.arp.vlan', { in: 'br0', arp: { vlan: 1 } }],
    ['packet.etherType', { in: 'br0', etherType: 0x0800 }],
    ['packet.sourceMac', { ...tcp, sourceMac: '02:00:00:00:00' }],
  ])('refuses %s of %j', async (field, packet) => {
    await expect(explain(packet as Packet)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field });
  });

  it('refuses options that there are not, and to work once it is closed', async () => {
    await expect(explain(tcp, { bridgeNetfilter: 1 } as never)).rejects.toMatchObject({
      field: 'options.bridgeNetfilter',
    });
    await firewall.close();
    await expect(explain(tcp)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
