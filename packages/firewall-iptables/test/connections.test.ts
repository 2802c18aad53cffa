import type { GuestIntent, Intent, SecurityGroupRule } from 'netdev-core';
import { createRecordingRunner, createRunner, type Runner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { connectionsOf, filterWords } from '../src/connections/connection-filter.js';
import { createStaleConnections, type StaleConnections } from '../src/connections/stale-connections.js';
import { parseConnections } from '../src/connections/tracked-connection.js';
import { everyIntent } from './every-intent.js';

const wordsOf = (intent: Intent): string[] =>
  connectionsOf(intent).map((filter) => filterWords(filter).join(' '));

describe('connectionsOf', () => {
  it('selects by what the kernel knows of a connection, in both directions of a floating address', () => {
    expect(wordsOf({ kind: 'floating-address', floating: '203.0.113.7', fixed: '10.0.0.7' })).toEqual([
      '-f ipv4 -d 203.0.113.7 -r 10.0.0.7',
      '-f ipv4 -s 10.0.0.7 -q 203.0.113.7',
    ]);
    expect(
      wordsOf({
        kind: 'port-forward',
        address: '2001:db8::1',
        protocol: 'tcp',
        port: 80,
        toAddress: 'fd00::7',
      }),
    ).toEqual(['-f ipv6 -p tcp -d 2001:db8::1 --orig-port-dst 80 -r fd00::7']);
    expect(wordsOf({ kind: 'source-nat', source: '10.0.0.0/24', to: 'masquerade' })).toEqual([
      '-f ipv4 -s 10.0.0.0/24 -n',
    ]);
  });

  it('selects nothing where connections of others would be among them', () => {
    for (const intent of [
      { kind: 'accept-input', interface: 'br0', protocol: 'tcp', ports: 22 },
      { kind: 'accept-input', destination: '10.0.0.1/32', protocol: 'tcp', ports: [1, 9] },
      { kind: 'forward-policy', bridge: 'br0', policy: 'open' },
      { kind: 'no-nat', source: '10.0.0.0/24', destination: '10.1.0.0/24' },
    ] satisfies Intent[]) {
      expect(wordsOf(intent)).toEqual([]);
    }
  });

  it('narrows every selection by an address of the intent', () => {
    const filters = everyIntent.flatMap(connectionsOf);
    expect(filters.length).toBeGreaterThan(10);
    for (const { from, to } of filters) expect(from ?? to).toBeDefined();
  });
});

/** Notes that a group's intents become others. */
function note(stale: StaleConnections, before: readonly Intent[], after: readonly Intent[]): void {
  stale.note(new Map([['group', before]]), () => after);
}

describe('createStaleConnections', () => {
  const float = (floating: string): Intent => ({ kind: 'floating-address', floating, fixed: '10.0.0.7' });
  /** Answers as conntrack does where there is nothing to delete, after failing as often as asked for. */
  const runner = (fails: number): Runner => {
    let left = fails;
    const base = createRunner();
    return {
      ...base,
      run: async (argv) => {
        if (argv[1] === '-D' && left-- > 0) throw new Error('refused');
        return { argv, exitCode: 1, stdout: '', stderr: '' };
      },
    };
  };

  it('keeps what moved from one group to another, and what came back in time', async () => {
    const recorder = createRecordingRunner(runner(0));
    const stale = await createStaleConnections(recorder);
    note(stale, [float('203.0.113.7'), float('203.0.113.8')], [float('203.0.113.7')]);
    expect(stale.any).toBe(true);
    note(stale, [], [float('203.0.113.8')]);
    expect(stale.any).toBe(false);
    await stale.end();
    expect(recorder.commands.filter(({ argv }) => argv[1] === '-D')).toEqual([]);
  });

  it('ends next time what could not be ended', async () => {
    const recorder = createRecordingRunner(runner(1));
    const stale = await createStaleConnections(recorder);
    note(stale, [float('203.0.113.7')], []);
    await expect(stale.end()).rejects.toThrow('refused');
    expect(stale.any).toBe(true);
    await stale.end();
    expect(stale.any).toBe(false);
  });
});

describe('parseConnections', () => {
  it('reads both families, what a translation made of them, types of ICMP and protocols without a name', () => {
    const [tcp, icmp, icmpv6, gre] = parseConnections(`
ipv4     2 tcp      6 431999 ESTABLISHED src=192.0.2.9 dst=203.0.113.7 sport=4000 dport=8080 src=10.0.0.7 dst=192.0.2.9 sport=80 dport=4000 [ASSURED] mark=0 use=1
ipv4     2 icmp     1 29 src=192.0.2.9 dst=10.0.0.7 type=8 code=0 id=7 src=10.0.0.7 dst=192.0.2.9 type=0 code=0 id=7 mark=0 use=1
ipv6     10 icmpv6   58 29 src=fd00::9 dst=fd00::7 type=128 code=0 id=7 [UNREPLIED] src=fd00::7 dst=fd00::9 type=129 code=0 id=7 mark=0 use=1
ipv4     2 gre      47 29 src=192.0.2.9 dst=10.0.0.7 srckey=0x0 dstkey=0x0 [UNREPLIED] src=10.0.0.7 dst=192.0.2.9 srckey=0x0 dstkey=0x0 mark=0 use=1
conntrack v1.4.7 (conntrack-tools): 4 flow entries have been shown.`);
    expect(tcp).toMatchObject({ protocol: 'tcp', source: '192.0.2.9', destination: '10.0.0.7', port: 80 });
    expect(tcp?.words.join(' ')).toBe(
      '-f ipv4 -p tcp -s 192.0.2.9 -d 203.0.113.7 --orig-port-dst 8080 -r 10.0.0.7',
    );
    expect(icmp).toMatchObject({ protocol: 'icmp', icmpType: 8, icmpCode: 0, port: undefined });
    expect(icmpv6).toMatchObject({ family: 'ipv6', protocol: 'icmpv6', icmpType: 128 });
    expect(icmpv6?.words.join(' ')).toBe(
      '-f ipv6 -p icmpv6 -s fd00::9 -d fd00::7 -r fd00::7 --icmpv6-type 128 --icmpv6-code 0',
    );
    expect(gre?.words.join(' ')).toBe('-f ipv4 -p 47 -s 192.0.2.9 -d 10.0.0.7 -r 10.0.0.7');
  });
});

describe('connections that rules of security groups let in', () => {
  const guest = (more: Partial<GuestIntent> = {}): GuestIntent => ({
    kind: 'guest',
    port: 'tap7',
    bridge: 'br0',
    mac: '02:00:00:00:00:07',
    addresses: ['10.0.0.7/32', 'fd00::7/128'],
    securityGroups: ['web'],
    ...more,
  });
  const group = (name: string, rules: SecurityGroupRule[], members: string[] = []): Intent => ({
    kind: 'security-group',
    name,
    rules,
    members,
  });
  const to = (rule: Partial<SecurityGroupRule>): SecurityGroupRule => ({
    direction: 'in',
    protocol: 'tcp',
    ports: 80,
    ...rule,
  });
  const line = (source: string, destination: string, port: number): string => {
    const [family, number] = source.includes(':') ? ['ipv6', 10] : ['ipv4', 2];
    return `${family} ${number} tcp 6 9 ESTABLISHED src=${source} dst=${destination} sport=4 dport=${port} src=${destination} dst=${source} sport=${port} dport=4 use=1`;
  };
  const table = [
    line('192.0.2.9', '10.0.0.7', 80),
    line('192.0.2.9', '10.0.0.7', 81),
    line('192.0.2.9', '10.0.0.8', 80),
    line('fd00:1::9', 'fd00::7', 80),
    line('10.0.0.7', '192.0.2.9', 80),
  ].join('\n');

  /** What is looked for and deleted when intents become others. */
  async function commandsOf(before: Intent[], after: Intent[], standing: Intent[] = []): Promise<string[]> {
    const commands: string[] = [];
    const runner = {
      ...createRunner(),
      run: async (argv: readonly string[]) => {
        if (argv[1] !== '--version') commands.push(argv.slice(1).join(' '));
        return { argv, exitCode: 0, stdout: argv.includes('-L') ? table : '', stderr: '' };
      },
    } as Runner;
    const stale = await createStaleConnections(runner);
    note(stale, [], [...standing, ...before]);
    note(stale, before, after);
    await stale.end();
    expect(stale.any).toBe(false);
    return commands;
  }
  const deleted = async (...intents: Parameters<typeof commandsOf>): Promise<string[]> =>
    (await commandsOf(...intents)).filter((command) => command.startsWith('-D'));

  const toPort80 = [
    '-D -f ipv4 -p tcp -s 192.0.2.9 -d 10.0.0.7 --orig-port-dst 80 -r 10.0.0.7',
    '-D -f ipv6 -p tcp -s fd00:1::9 -d fd00::7 --orig-port-dst 80 -r fd00::7',
  ];

  it('are those of its guests that no other rule lets in, looked for as narrowly as can be', async () => {
    const rules = [to({}), to({ ports: 81 })];
    expect(await commandsOf([group('web', rules)], [group('web', rules.slice(1))], [guest()])).toEqual([
      '-L -o extended -f ipv4 -p tcp --reply-port-src 80',
      '-L -o extended -f ipv6 -p tcp --reply-port-src 80',
      ...toPort80,
    ]);
    const [narrow] = await commandsOf([group('web', [to({ remote: '192.0.2.0/24' })])], [], [guest()]);
    expect(narrow).toBe('-L -o extended -f ipv4 -p tcp --reply-port-src 80 -s 192.0.2.0/24');
  });

  it.each<[string, Intent[], Intent[]]>([
    ['the same rule in another intent', [], [group('web', [to({})])]],
    ['a wider rule', [], [group('web', [{ direction: 'in' }])]],
    ['a range of ports', [], [group('web', [to({ ports: [1, 90] })])]],
    ['a rule of another group of the guest', [group('all', [to({})])], []],
  ])('live on by %s', async (_, standing, after) => {
    const guests = [guest({ securityGroups: ['web', 'all'] })];
    expect(await deleted([group('web', [to({})])], after, [...guests, ...standing])).toEqual([]);
  });

  it('end in one family only where a rule of the other stays', async () => {
    const after = [group('web', [to({ family: 'ipv6' })])];
    expect(await deleted([group('web', [to({})])], after, [guest()])).toEqual(toPort80.slice(0, 1));
  });

  it('end when the last that names the guest as a member leaves', async () => {
    const standing = [guest(), group('web', [to({ remote: { group: 'peers' } })])];
    const before = group('peers', [], ['192.0.2.9/32', 'fd00:1::/64']);
    expect(await deleted([before], [group('peers', [], ['192.0.2.9/32'])], standing)).toEqual(
      toPort80.slice(1),
    );
    const member = guest({ port: 'tap9', addresses: ['192.0.2.0/24'], securityGroups: ['peers'] });
    expect(await deleted([member], [{ ...member, securityGroups: [] }], standing)).toEqual(
      toPort80.slice(0, 1),
    );
    expect(await deleted([before], [], [...standing, member])).toEqual(toPort80.slice(1));
  });

  it('end for what a guest sends only where its groups are asked for that', async () => {
    const out = [group('web', [{ direction: 'out', protocol: 'tcp', ports: 80 }])];
    expect(await deleted(out, [], [guest()])).toEqual([]);
    expect(await deleted(out, [], [guest({ out: 'groups' })])).toEqual([
      '-D -f ipv4 -p tcp -s 10.0.0.7 -d 192.0.2.9 --orig-port-dst 80 -r 192.0.2.9',
    ]);
  });

  it('end where what a guest sends becomes a matter of its groups, but for what these let out', async () => {
    const open = guest();
    const bound = guest({ out: 'groups' });
    const sent = '-D -f ipv4 -p tcp -s 10.0.0.7 -d 192.0.2.9 --orig-port-dst 80 -r 192.0.2.9';
    expect(await deleted([open], [bound])).toEqual([sent]);
    const web = group('web', [{ direction: 'out', protocol: 'tcp', ports: 80 }]);
    expect(await deleted([open], [bound], [web])).toEqual([]);
    expect(await commandsOf([bound], [open])).toEqual([]);
  });

  it('end with a whole network that a guest had, but for addresses of other guests', async () => {
    const routing = guest({ addresses: ['10.0.0.0/24'] });
    const other = guest({ port: 'tap8', addresses: ['10.0.0.8/32'] });
    const let80 = group('web', [to({})]);
    expect(await deleted([routing], [], [other, let80])).toEqual([
      '-D -f ipv4 -p tcp -s 192.0.2.9 -d 10.0.0.7 --orig-port-dst 80 -r 10.0.0.7',
      '-D -f ipv4 -p tcp -s 192.0.2.9 -d 10.0.0.7 --orig-port-dst 81 -r 10.0.0.7',
      '-D -f ipv4 -p tcp -s 10.0.0.7 -d 192.0.2.9 --orig-port-dst 80 -r 192.0.2.9',
    ]);
    expect(await deleted([routing], [{ ...routing, mac: '02:00:00:00:00:08' }], [let80])).toEqual([]);
    expect(await commandsOf([guest({ addresses: ['0.0.0.0/0'], securityGroups: [] })], [])).toEqual([]);
  });

  it('are not looked for when a guest comes, or is replaced by one with the same groups', async () => {
    const standing = [group('web', [to({ remote: { group: 'web' } })])];
    expect(await commandsOf([], [guest()], standing)).toEqual([]);
    expect(await commandsOf([guest()], [guest({ mac: '02:00:00:00:00:08' })], standing)).toEqual([]);
    // Those of an address that goes end whatever let them in.
    const less = [guest({ addresses: ['fd00::7/128'] })];
    expect(await commandsOf([guest()], less, standing)).toEqual([
      '-D -f ipv4 -s 10.0.0.7/32',
      '-D -f ipv4 -d 10.0.0.7/32',
    ]);
  });
});
