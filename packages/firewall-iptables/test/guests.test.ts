import { createHash } from 'node:crypto';
import {
  type GuestIntent,
  type Intent,
  parseIntent,
  parseMacAddress,
  type SecurityGroupRule,
} from 'netdev-core';
import { createDryRunRunner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { createIptablesFirewall } from '../src/index.js';
import { formLinkLocal } from '../src/intents/link-local.js';
import { createNameClaims } from '../src/intents/name-claims.js';
import { memberSet, networkSet, privateChain } from '../src/intents/names.js';
import { matchTarget } from '../src/intents/neighbour-target.js';
import { renderGroup } from '../src/intents/render-group.js';
import { setMembers } from '../src/intents/set-members.js';

const guest: GuestIntent = {
  kind: 'guest',
  port: 'tap0',
  bridge: 'br0',
  mac: '02:00:5e:10:00:01',
  addresses: ['10.0.0.5', '2001:db8::5'],
  securityGroups: ['web', 'ssh'],
};

const render = (...intents: Intent[]) =>
  renderGroup({ key: 'k', intents: intents.map((intent) => parseIntent(intent)) }, 'own');

/** The rules of one chain. */
const chain = (intents: Intent[], family: string, name: string): string[] =>
  render(...intents).slices.flatMap((slice) =>
    slice.family === family && slice.chain === name ? slice.texts : [],
  );

const groupOf = (...rules: SecurityGroupRule[]): Intent[] => [{ kind: 'security-group', name: 'web', rules }];

const bit = '0x1000000/0x1000000';

describe('a guest', () => {
  it('is entered by its port where frames are bridged, and by its addresses where they are routed', () => {
    expect(chain([guest], 'ipv4', 'guests')).toEqual([
      '-m physdev --physdev-out tap0 --physdev-is-bridged -j own-i-tap0',
      '-d 10.0.0.5/32 -o br0 -m physdev ! --physdev-is-bridged -j own-i-tap0',
    ]);
    expect(chain([guest], 'ipv4', 'guests-in')).toEqual([]);
    expect(chain([{ ...guest, out: 'groups' }], 'ipv4', 'guests-in')).toEqual([
      '-s 10.0.0.5/32 -i br0 -j own-o-tap0',
    ]);
  });

  it('gets answers of DHCP, and what its groups allow, with the mark that tells so cleared before and after', () => {
    expect(chain([guest], 'ipv4', 'i-tap0')).toEqual([
      '-p udp -m udp --sport 67 --dport 68 -j RETURN',
      '-j MARK --set-xmark 0x0/0x1000000',
      '-j own-si-web',
      '-j own-si-ssh',
      `-m mark ! --mark ${bit} -j DROP`,
      '-j MARK --set-xmark 0x0/0x1000000',
    ]);
    const without = { ...guest, securityGroups: [] };
    expect(chain([without], 'ipv6', 'i-tap0').at(-1)).toBe('-j DROP');
  });

  it('names the chains of its groups, so that they are there whoever is put first', () => {
    const names = render({ ...guest, out: 'groups' }).chains.map((ref) => `${ref.family} ${ref.chain}`);
    expect(names).toEqual([
      'bridge f-tap0',
      ...['ipv4 i-tap0', 'ipv4 si-web', 'ipv4 si-ssh', 'ipv4 o-tap0', 'ipv4 so-web', 'ipv4 so-ssh'],
      ...['ipv6 i-tap0', 'ipv6 si-web', 'ipv6 si-ssh', 'ipv6 o-tap0', 'ipv6 so-web', 'ipv6 so-ssh'],
    ]);
  });

  it('advertises no address but its own, link-local one included', () => {
    const rules = chain([guest], 'ipv6', 'o-tap0');
    expect(rules.slice(2)).toEqual([
      '-p ipv6-icmp -m icmp6 --icmpv6-type 136 -m u32 --u32 "0x30=0x20010db8&&0x34=0x0&&0x38=0x0&&0x3c=0x5" -j RETURN',
      '-p ipv6-icmp -m icmp6 --icmpv6-type 136 -m u32 --u32 "0x30=0xfe800000&&0x34=0x0&&0x38=0x5eff&&0x3c=0xfe100001" -j RETURN',
      '-p ipv6-icmp -m icmp6 --icmpv6-type 136 -j DROP',
    ]);
    expect(chain([guest], 'ipv6', 'guests')).toContain('-s fe80::5eff:fe10:1/128 -i br0 -j own-o-tap0');
  });

  it('sends frames in its own name only', () => {
    expect(chain([guest], 'bridge', 'frames-in')).toEqual(['-i tap0 -j own-f-tap0']);
    expect(chain([guest], 'bridge', 'f-tap0')).toEqual([
      '-s ! 02:00:5e:10:00:01 -j DROP',
      '-p ARP --arp-mac-src ! 02:00:5e:10:00:01 -j DROP',
      '-p ARP --arp-ip-src 10.0.0.5 -j RETURN',
      '-p ARP --arp-ip-src 0.0.0.0 -j RETURN',
      '-p IPv4 --ip-proto udp --ip-sport 67 -j DROP',
      '-p IPv4 --ip-src 10.0.0.5 -j RETURN',
      '-p IPv4 --ip-src 0.0.0.0 --ip-proto udp --ip-sport 68 --ip-dport 67 -j RETURN',
      '-p IPv6 --ip6-proto udp --ip6-sport 547 -j DROP',
      '-p IPv6 --ip6-proto ipv6-icmp --ip6-icmp-type router-advertisement -j DROP',
      '-p IPv6 --ip6-src 2001:db8::5 -j RETURN',
      '-p IPv6 --ip6-src fe80::5eff:fe10:1 -j RETURN',
      '-p IPv6 --ip6-src :: --ip6-proto ipv6-icmp --ip6-icmp-type neighbour-solicitation -j RETURN',
      '-p IPv6 --ip6-src :: --ip6-proto ipv6-icmp --ip6-icmp-type router-solicitation -j RETURN',
      '-p IPv6 --ip6-src :: --ip6-proto ipv6-icmp --ip6-icmp-type 131/0:255 -j RETURN',
      '-p IPv6 --ip6-src :: --ip6-proto ipv6-icmp --ip6-icmp-type 143/0:255 -j RETURN',
      '-p RARP -j RETURN',
      '-j DROP',
    ]);
  });
});

describe('a security group', () => {
  it('allows by setting a bit of the mark, in the families that a rule is for', () => {
    const rules = groupOf(
      { direction: 'in', protocol: 'tcp', ports: 80 },
      { direction: 'in', protocol: 'icmp', icmpType: 8, icmpCode: 0 },
      { direction: 'in', protocol: 'icmpv6', icmpType: 128 },
      { direction: 'in', remote: '10.0.0.0/8' },
      { direction: 'out', family: 'ipv6', remote: '2001:db8::/32' },
    );
    expect(chain(rules, 'ipv4', 'si-web')).toEqual([
      `-p tcp -m tcp --dport 80 -j MARK --set-xmark ${bit}`,
      `-p icmp -m icmp --icmp-type 8/0 -j MARK --set-xmark ${bit}`,
      `-s 10.0.0.0/8 -j MARK --set-xmark ${bit}`,
    ]);
    expect(chain(rules, 'ipv6', 'si-web')).toEqual([
      `-p tcp -m tcp --dport 80 -j MARK --set-xmark ${bit}`,
      `-p ipv6-icmp -m icmp6 --icmpv6-type 128 -j MARK --set-xmark ${bit}`,
    ]);
    expect(chain(rules, 'ipv4', 'so-web')).toEqual([]);
    expect(chain(rules, 'ipv6', 'so-web')).toEqual([`-d 2001:db8::/32 -j MARK --set-xmark ${bit}`]);
  });

  it('asks a set for a remote group: of sources for what comes in, of destinations for what goes out', () => {
    const rules = groupOf(
      { direction: 'in', remote: { group: 'db' } },
      { direction: 'out', family: 'ipv4', remote: { group: 'db' } },
    );
    expect(chain(rules, 'ipv4', 'si-web')).toEqual([
      `-m set --match-set own:4:db src -j MARK --set-xmark ${bit}`,
    ]);
    expect(chain(rules, 'ipv4', 'so-web')).toEqual([
      `-m set --match-set own:4:db dst -j MARK --set-xmark ${bit}`,
    ]);
    expect(chain(rules, 'ipv6', 'si-web')).toEqual([
      `-m set --match-set own:6:db src -j MARK --set-xmark ${bit}`,
    ]);
  });

  it('keeps a long list of networks in a set, and a short one in rules', () => {
    const networks = (count: number): SecurityGroupRule[] =>
      Array.from({ length: count }, (_, index) => ({
        direction: 'in',
        protocol: 'tcp',
        ports: 22,
        remote: `10.${index}.0.0/16`,
      }));
    expect(chain(groupOf(...networks(16)), 'ipv4', 'si-web')).toHaveLength(16);
    const [rule, ...more] = chain(groupOf(...networks(17)), 'ipv4', 'si-web');
    expect(rule).toMatch(/^-p tcp -m tcp --dport 22 -m set --match-set own:4:\.\S+ src -j MARK/);
    expect(more).toEqual([]);
  });
});

describe('names of private chains and sets', () => {
  it('are readable where they fit, and never longer than the kernel takes', () => {
    expect(privateChain('i', 'tap0', 'netdev')).toBe('i-tap0');
    for (const owner of ['n', 'netdev', 'sixteen-letters-']) {
      for (const name of ['a', 'x'.repeat(128), 'tenant/web', 'fifteen-letters', '.a', ':a', 'a:b']) {
        for (const use of ['i', 'o', 'f', 'si', 'so'] as const) {
          const text = `${owner}-${privateChain(use, name, owner)}`;
          expect(text).toMatch(/^[\w.:-]{1,28}$/);
        }
        expect(`${owner}:${memberSet('ipv6', name, owner)}`).toMatch(/^[\w.:-]{1,31}$/);
        expect(`${owner}:${networkSet('ipv6', name, 'in', owner)}`).toMatch(/^[\w.:-]{1,31}$/);
      }
    }
  });

  it('are not shared, also by one that looks like the hash of another', () => {
    const long = 'x'.repeat(100);
    const digest = createHash('sha256').update(long).digest('base64url');
    const names = [long, digest, digest.slice(0, 17), `:${digest.slice(0, 17)}`, 'a/b', 'a:b'];
    expect(new Set(names.map((name) => privateChain('si', name, 'netdev'))).size).toBe(names.length);
    expect(memberSet('ipv4', 'a', 'n')).not.toBe(networkSet('ipv4', 'a', '', 'n'));
  });
});

describe('createNameClaims', () => {
  const group = (key: string, ...names: string[]) => ({
    key,
    intents: names.flatMap((name) => emptyGroup(name)),
  });
  const emptyGroup = (name: string): Intent[] => [{ kind: 'security-group', name, rules: [] }];

  it('refuses a name that is shortened to what another one is, as long as that one is there', () => {
    const claims = createNameClaims((_, name) => name.slice(0, 1));
    const refused = (work: () => void, field: string) =>
      expect(work).toThrow(expect.objectContaining({ field }));
    claims.put(group('a', 'web'));
    claims.put(group('b', 'web', 'ssh'));
    refused(() => claims.put(group('c', 'db', 'wiki')), 'intents[1].name');
    refused(() => claims.put(group('c', 'db', 'dns')), 'intents[1].name');
    refused(() => claims.put(group('a', 'wiki')), 'intents[0].name');
    const member = { ...guest, securityGroups: ['x', 'wiki'] };
    refused(() => claims.put({ key: 'g', intents: [member] }), 'intents[0].securityGroups[1]');
    claims.delete('a');
    refused(() => claims.put(group('c', 'wiki')), 'intents[0].name');
    claims.put(group('b', 'wiki'));
    claims.clear();
    claims.put(group('c', 'web'));
  });
});

describe('addresses', () => {
  it('link-local ones are formed from the MAC', () => {
    expect(formLinkLocal(parseMacAddress('00:00:5e:00:53:01'))).toBe('fe80::200:5eff:fe00:5301');
  });

  it('of a network are matched by their first bits', () => {
    expect(matchTarget('2001:db8:8000::/33')).toBe(
      '-m u32 --u32 "0x30=0x20010db8&&0x34&0x80000000=0x80000000"',
    );
    expect(matchTarget('2001:db8::/32')).toBe('-m u32 --u32 "0x30=0x20010db8"');
    expect(matchTarget('::/0')).toBeUndefined();
  });

  it('are members as ipset prints them', () => {
    expect(['10.0.0.1/32', '10.0.0.0/8', '0.0.0.0/0', '::1/128'].flatMap(setMembers)).toEqual([
      ...['10.0.0.1', '10.0.0.0/8', '0.0.0.0/1', '128.0.0.0/1', '::1'],
    ]);
  });
});

describe('createIptablesFirewall', () => {
  const open = async () => {
    const commands: string[] = [];
    const firewall = await createIptablesFirewall({
      runner: createDryRunRunner({ onCommand: () => {} }),
      onCommands: (lines) => commands.push(...lines),
    });
    return { firewall, take: () => commands.splice(0) };
  };

  it('changes a membership by one command, and no rule', async () => {
    const { firewall, take } = await open();
    const [group] = groupOf({ direction: 'in', remote: { group: 'web' } });
    const put = (...members: string[]) =>
      firewall.put({ key: 'group/web', intents: [{ ...group, members } as Intent] });
    await firewall.put({ key: 'guest/1', intents: [guest] });
    await put('10.9.0.1');
    await firewall.apply();
    expect(take()).toContain('ipset -exist add netdev:4:web 10.0.0.5');
    await put('10.9.0.1', '10.9.0.2');
    expect(await firewall.apply()).toEqual({ changed: true, added: 1, removed: 0 });
    expect(take()).toEqual(['ipset -exist add netdev:4:web 10.9.0.2']);
    await put('10.9.0.2');
    await firewall.apply();
    expect(take()).toEqual(['ipset -exist del netdev:4:web 10.9.0.1']);
  });

  it("changes a group's rule in one chain a family, whatever the number of guests", async () => {
    const { firewall, take } = await open();
    for (let index = 1; index <= 20; index++) {
      const intent = { ...guest, port: `tap${index}`, addresses: [`10.0.0.${index}`] };
      await firewall.put({ key: `guest/${index}`, intents: [intent] });
    }
    const rules = groupOf({ direction: 'in', protocol: 'tcp', ports: 80 });
    await firewall.put({ key: 'group/web', intents: rules });
    await firewall.apply();
    take();
    const more = groupOf(
      { direction: 'in', protocol: 'tcp', ports: 80 },
      { direction: 'in', protocol: 'icmp' },
    );
    await firewall.put({ key: 'group/web', intents: more });
    await firewall.apply();
    expect(take()).toEqual([`iptables -t filter -A netdev-si-web -p icmp -j MARK --set-xmark ${bit}`]);
  });

  it('takes the rules of all intents of one group together', async () => {
    const { firewall, take } = await open();
    const [one] = groupOf({ direction: 'in', protocol: 'tcp', ports: 80 });
    const [other] = groupOf({ direction: 'in', protocol: 'tcp', ports: 81 });
    await firewall.put({ key: 'a', intents: [one as Intent] });
    await firewall.put({ key: 'b', intents: [other as Intent] });
    await firewall.put({ key: 'c', intents: [guest] });
    await firewall.apply();
    expect(take().filter((line) => line.startsWith('iptables -t filter -A netdev-si-web'))).toHaveLength(2);
    await firewall.delete('a');
    await firewall.apply();
    expect(take()).toEqual([
      `iptables -t filter -D netdev-si-web -p tcp -m tcp --dport 80 -j MARK --set-xmark ${bit}`,
      `ip6tables -t filter -D netdev-si-web -p tcp -m tcp --dport 80 -j MARK --set-xmark ${bit}`,
    ]);
  });

  it('refuses a port of another guest, and a mark that is no bit', async () => {
    const { firewall } = await open();
    await firewall.put({ key: 'a', intents: [guest] });
    await expect(firewall.put({ key: 'b', intents: [guest] })).rejects.toMatchObject({
      field: 'intents[0].port',
    });
    await firewall.clear();
    await firewall.put({ key: 'b', intents: [guest] });
    for (const markBit of [0, 3, 1.5, -1, 2 ** 32, Number.NaN, '1']) {
      await expect(createIptablesFirewall({ markBit: markBit as number })).rejects.toMatchObject({
        field: 'markBit',
      });
    }
  });
});
