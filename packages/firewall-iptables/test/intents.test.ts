import type { Intent } from 'netdev-core';
import { createDryRunRunner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { createRuleBook } from '../src/book/rule-book.js';
import { createIptablesFirewall } from '../src/index.js';
import { renderGroup } from '../src/intents/render-group.js';

const rulesOf = (...intents: Intent[]): string[] =>
  renderGroup({ key: 'k', intents }, 'own').slices.flatMap(({ family, table, chain, texts }) =>
    texts.map((text) => `${family} ${table} ${chain}: ${text}`),
  );

describe('intents become rules', () => {
  it('accept-input, for both families unless an address says which', () => {
    expect(rulesOf({ kind: 'accept-input', interface: 'br0', protocol: 'udp', ports: [67, 68] })).toEqual([
      'ipv4 filter input: -i br0 -p udp -m udp --dport 67:68 -j ACCEPT',
      'ipv6 filter input: -i br0 -p udp -m udp --dport 67:68 -j ACCEPT',
    ]);
    expect(rulesOf({ kind: 'accept-input', source: 'fd00::/64', protocol: 'icmpv6' })).toEqual([
      'ipv6 filter input: -s fd00::/64 -p ipv6-icmp -j ACCEPT',
    ]);
    expect(rulesOf({ kind: 'accept-input', protocol: 'icmp' })).toEqual([
      'ipv4 filter input: -p icmp -j ACCEPT',
    ]);
  });

  it('exceptions before translations, the special before the general, whichever was put first', () => {
    const book = createRuleBook('own');
    const intents: Intent[] = [
      { kind: 'source-nat', source: '10.0.0.0/24', interface: 'eth0', to: 'masquerade' },
      {
        kind: 'floating-address',
        floating: '203.0.113.7',
        fixed: '10.0.0.7',
        interface: 'eth0',
        hairpin: '10.0.0.0/24',
      },
      { kind: 'no-nat', source: '10.0.0.0/24', destination: '10.1.0.0/16' },
      { kind: 'port-forward', address: '203.0.113.7', protocol: 'tcp', port: 80, toAddress: '10.0.0.8' },
    ];
    book.put('k', { place: 1, rendered: renderGroup({ key: 'k', intents }, 'own') });
    const { chains, guests } = book.wanted('ipv4', 'nat');
    expect([...chains].filter(([chain]) => chain.startsWith('own-p'))).toEqual([
      ['own-prerouting', ['-j own-pre-ports', '-j own-pre-float']],
      ['own-pre-ports', ['-d 203.0.113.7/32 -p tcp -m tcp --dport 80 -j DNAT --to-destination 10.0.0.8:80']],
      ['own-pre-float', ['-d 203.0.113.7/32 -j DNAT --to-destination 10.0.0.7']],
      ['own-postrouting', ['-j own-post-hair', '-j own-post-nonat', '-j own-post-float', '-j own-post-snat']],
      [
        'own-post-hair',
        [
          '-s 10.0.0.0/24 -d 10.0.0.7/32 -m conntrack --ctstate DNAT --ctorigdst 203.0.113.7 -j SNAT --to-source 203.0.113.7',
        ],
      ],
      ['own-post-nonat', ['-s 10.0.0.0/24 -d 10.1.0.0/16 -j ACCEPT']],
      ['own-post-float', ['-s 10.0.0.7/32 -o eth0 -j SNAT --to-source 203.0.113.7']],
      ['own-post-snat', ['-s 10.0.0.0/24 ! -d 10.0.0.0/24 -o eth0 -j MASQUERADE']],
    ]);
    expect([...guests.keys()]).toEqual(['PREROUTING', 'OUTPUT', 'POSTROUTING']);
  });

  it('IPv6 addresses in brackets where a port follows', () => {
    expect(
      rulesOf({
        kind: 'port-forward',
        address: '2001:db8::7',
        protocol: 'tcp',
        port: 80,
        toAddress: 'fd00::8',
      }),
    ).toContain(
      'ipv6 nat pre-ports: -d 2001:db8::7/128 -p tcp -m tcp --dport 80 -j DNAT --to-destination [fd00::8]:80',
    );
  });

  it('frames for what iptables does not see', () => {
    expect(rulesOf({ kind: 'dhcp-guard', ports: ['tap0'] })).toEqual([
      'bridge filter frames-fwd: -p IPv4 -i tap0 --ip-proto udp --ip-sport 67 -j DROP',
      'bridge filter frames-fwd: -p IPv6 -i tap0 --ip6-proto udp --ip6-sport 547 -j DROP',
      'bridge filter frames-fwd: -p IPv6 -i tap0 --ip6-proto ipv6-icmp --ip6-icmp-type router-advertisement -j DROP',
    ]);
  });
});

describe('createIptablesFirewall', () => {
  const dry = () => createIptablesFirewall({ runner: createDryRunRunner({ onCommand: () => {} }) });
  const accept = (name: string): Intent => ({ kind: 'accept-input', interface: name });

  it.each(['', 'a b', 'x'.repeat(17), '-a', 'a\n', 'ä'])('refuses the owner %j', async (owner) => {
    await expect(createIptablesFirewall({ owner })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field: 'owner',
    });
  });

  it('changes nothing when a group is refused', async () => {
    const firewall = await dry();
    await firewall.put({ key: 'a', intents: [accept('br0')] });
    await expect(firewall.put({ key: 'a', intents: [accept('br1'), accept('br 2')] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field: 'intents[1].interface',
    });
    expect(await firewall.list()).toEqual([{ key: 'a', intents: [accept('br0')] }]);
  });

  it('applies once for all that is asked within defer, also when it throws', async () => {
    const commands: string[][] = [];
    const firewall = await createIptablesFirewall({
      runner: createDryRunRunner({ onCommand: () => {} }),
      onCommands: (lines) => commands.push(lines),
    });
    const failing = firewall.defer(async () => {
      for (const name of ['br0', 'br1']) {
        await firewall.put({
          key: name,
          intents: [{ kind: 'no-nat', source: '10.0.0.0/24', destination: '10.1.0.0/24' }, accept(name)],
        });
        expect(await firewall.apply()).toEqual({ changed: false, added: 0, removed: 0 });
      }
      throw new Error('half-way');
    });
    await expect(failing).rejects.toThrow('half-way');
    expect(commands).toHaveLength(2); // IPv4 and IPv6
    expect((await firewall.apply()).changed).toBe(false);
  });

  it('does not take for written what was put while another change was written', async () => {
    let meanwhile = async (): Promise<void> => {};
    const firewall = await createIptablesFirewall({
      runner: createDryRunRunner({ onCommand: () => {} }),
      locks: {
        hold: async (_, work) => {
          const writing = work();
          await meanwhile();
          return writing;
        },
      },
    });
    await firewall.put({ key: 'a', intents: [accept('br0')] });
    meanwhile = () => firewall.put({ key: 'b', intents: [accept('br1')] });
    expect((await firewall.apply()).added).toBe(4); // two families, a rule and a jump each
    meanwhile = async () => firewall.iptables.ipv4.filter.addRule('INPUT', '-j ACCEPT');
    expect((await firewall.apply()).added).toBe(2);
    meanwhile = async () => {};
    expect((await firewall.apply()).changed).toBe(true);
    expect((await firewall.apply()).changed).toBe(false);
  });

  it('refuses work after it was closed', async () => {
    const firewall = await dry();
    await firewall.close();
    await expect(firewall.apply()).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(firewall.put({ key: 'a', intents: [] })).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
