import {
  createIptablesFirewall,
  type IptablesFirewall,
  type IptablesFirewallOptions,
  type Variant,
} from 'firewall-iptables';
import type { Intent } from 'netdev-core';
import { createRecordingRunner, createRunner } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyIntent } from './every-intent.js';
import { createLab, type Lab } from './host.js';

const network = '10.1.0.0/24';
const outsideView = '203.0.113.2';

describe.each<Variant>(['nft', 'legacy'])('iptables-%s', (variant) => {
  let lab: Lab;
  let firewall: IptablesFirewall;
  const open = (owner?: string, options: IptablesFirewallOptions = {}): Promise<IptablesFirewall> =>
    createIptablesFirewall({ namespace: { name: lab.router }, variant, owner, ...options });
  const save = (): Promise<string> => lab.run('router', `iptables-${variant}-save`, '-c');
  const put = async (...intents: Intent[]): Promise<void> => {
    await firewall.put({ key: 'test', intents });
    await firewall.apply();
  };

  beforeEach(async () => {
    lab = await createLab();
    firewall = await open();
  });
  afterEach(async () => {
    await firewall.close();
    await lab.remove();
  });

  it('source-nat: the outside sees the address given; no-nat: it sees the guest', async () => {
    await lab.serve('w1', 80);
    expect(await lab.connect('a1', '203.0.113.1', 80)).toBeUndefined(); // nobody outside knows a way back
    await put({ kind: 'source-nat', source: network, interface: 'uplink', to: outsideView });
    expect(await lab.connect('a1', '203.0.113.1', 80)).toBe(outsideView);
    await put({ kind: 'source-nat', source: network, to: 'masquerade' });
    expect(await lab.connect('a1', '203.0.113.1', 80)).toBe(outsideView);
    await lab.run('w1', 'ip', 'route', 'add', network, 'via', outsideView);
    await put(
      { kind: 'source-nat', source: network, to: 'masquerade' },
      { kind: 'no-nat', source: network, destination: '203.0.113.0/24' },
    );
    expect(await lab.connect('a1', '203.0.113.1', 80)).toBe('10.1.0.11');
  });

  it('forward-policy: outbound reaches out and not across; closed reaches nothing; open is reached', async () => {
    await Promise.all([lab.serve('w1', 80), lab.serve('b1', 80), lab.serve('a1', 80), lab.serve('a2', 80)]);
    await lab.run('w1', 'ip', 'route', 'add', '10.0.0.0/8', 'via', outsideView);
    await put(
      { kind: 'forward-policy', bridge: 'br-a', policy: 'outbound' },
      { kind: 'forward-policy', bridge: 'br-b', policy: 'outbound' },
    );
    expect(await lab.connect('a1', '203.0.113.1', 80)).toBe('10.1.0.11');
    expect(await lab.connect('a1', '10.1.0.12', 80)).toBe('10.1.0.11');
    expect(await lab.connect('a1', '10.2.0.11', 80)).toBeUndefined();
    expect(await lab.connect('w1', '10.1.0.11', 80)).toBeUndefined();
    await put({ kind: 'forward-policy', bridge: 'br-a', policy: 'closed' });
    expect(await lab.connect('a1', '203.0.113.1', 80)).toBeUndefined();
    await put({ kind: 'forward-policy', bridge: 'br-a', policy: 'open' });
    expect(await lab.connect('w1', '10.1.0.11', 80)).toBe('203.0.113.1');
  });

  it('floating-address: in, out, from the neighbour and from the guest itself', async () => {
    await Promise.all([lab.serve('w1', 80), lab.serve('a1', 80)]);
    await lab.run('router', 'ip', 'address', 'add', '203.0.113.50/32', 'dev', 'uplink');
    await put(
      { kind: 'forward-policy', bridge: 'br-a', policy: 'outbound' },
      { kind: 'source-nat', source: network, interface: 'uplink', to: outsideView },
      {
        kind: 'floating-address',
        floating: '203.0.113.50',
        fixed: '10.1.0.11',
        interface: 'uplink',
        hairpin: network,
      },
    );
    expect(await lab.connect('w1', '203.0.113.50', 80)).toBe('203.0.113.1');
    expect(await lab.connect('a1', '203.0.113.1', 80)).toBe('203.0.113.50');
    expect(await lab.connect('a2', '203.0.113.50', 80)).toBe('203.0.113.50');
    expect(await lab.connect('a1', '203.0.113.50', 80)).toBe('203.0.113.50');
    expect(await lab.connect('router', '203.0.113.50', 80)).toBeDefined();
    await firewall.delete('test');
    await firewall.apply();
    expect(await lab.connect('w1', '203.0.113.50', 80)).toBeUndefined();
  });

  it('port-forward: one port of one address, and no other', async () => {
    await Promise.all([lab.serve('a1', 80), lab.serve('a1', 81)]);
    await put({
      kind: 'port-forward',
      address: outsideView,
      protocol: 'tcp',
      port: 8080,
      toAddress: '10.1.0.11',
      toPort: 80,
      hairpin: network,
    });
    expect(await lab.connect('w1', outsideView, 8080)).toBe('203.0.113.1');
    expect(await lab.connect('a2', outsideView, 8080)).toBe(outsideView);
    expect(await lab.connect('w1', outsideView, 81)).toBeUndefined();
  });

  it('a closed bridge lets through what we translated, and not what somebody else did', async () => {
    await Promise.all([lab.serve('a1', 80), lab.serve('a1', 81)]);
    await put(
      { kind: 'forward-policy', bridge: 'br-a', policy: 'closed' },
      {
        kind: 'port-forward',
        address: outsideView,
        protocol: 'tcp',
        port: 8080,
        toAddress: '10.1.0.11',
        toPort: 80,
      },
    );
    await lab.run(
      'router',
      ...[`iptables-${variant}`, '-t', 'nat', '-A', 'PREROUTING', '-p', 'tcp', '--dport', '8081'],
      ...['-j', 'DNAT', '--to-destination', '10.1.0.11:81'],
    );
    expect(await lab.connect('w1', outsideView, 8080)).toBe('203.0.113.1');
    expect(await lab.connect('w1', outsideView, 8081)).toBeUndefined();
    await put({ kind: 'forward-policy', bridge: 'br-a', policy: 'open' });
    expect(await lab.connect('w1', outsideView, 8081)).toBe('203.0.113.1');
  });

  it('redirect and accept-input: to a service of the host that nobody else reaches', async () => {
    await lab.serve('router', 8775);
    await lab.run('router', `iptables-${variant}`, '-P', 'INPUT', 'DROP');
    expect(await lab.connect('a1', '169.254.169.254', 80)).toBeUndefined();
    await put({
      kind: 'redirect',
      interface: 'br-a',
      source: network,
      protocol: 'tcp',
      address: '169.254.169.254',
      port: 80,
      toAddress: '10.1.0.1',
      toPort: 8775,
    });
    expect(await lab.connect('a1', '169.254.169.254', 80)).toBe('10.1.0.11');
    expect(await lab.connect('a1', '10.1.0.1', 8775)).toBeUndefined();
    await put({ kind: 'accept-input', interface: 'br-a', source: network, protocol: 'tcp', ports: 8775 });
    expect(await lab.connect('a1', '10.1.0.1', 8775)).toBe('10.1.0.11');
    expect(await lab.connect('w1', outsideView, 8775)).toBeUndefined();
  });

  it('isolate-address: an address is not seen beyond the port', async () => {
    const asks = (): Promise<string> =>
      lab.run('a1', 'arping', '-c', '1', '-w', '1', '-I', 'eth0', '10.1.0.1').catch((error) => error.stdout);
    expect(await asks()).toMatch(/Received 1 response/);
    await put({ kind: 'isolate-address', interface: 'p-a1', address: '10.1.0.1' });
    expect(await asks()).toMatch(/Received 0 response/);
  });

  it('plans nothing the second time, for every intent, also in a new process', async () => {
    await put(...everyIntent);
    const written = await save();
    const restarted = await open();
    await restarted.put({ key: 'test', intents: everyIntent });
    expect(await restarted.apply()).toEqual({ changed: false, added: 0, removed: 0 });
    expect(await restarted.reconcile()).toEqual({ changed: false, added: 0, removed: 0 });
    expect(rulesOf(await save())).toEqual(rulesOf(written));
    await restarted.close();
  });

  it('starts no process when there is nothing to do', async () => {
    const recorder = createRecordingRunner(createRunner({ namespace: { name: lab.router } }));
    const watched = await createIptablesFirewall({ runner: recorder, variant });
    await watched.put({ key: 'a', intents: [{ kind: 'accept-input', interface: 'br-a' }] });
    await watched.apply();
    const before = recorder.commands.length;
    await watched.put({ key: 'a', intents: [{ kind: 'accept-input', interface: 'br-a' }] });
    expect(await watched.delete('b')).toBe(false);
    expect((await watched.apply()).changed).toBe(false);
    expect(recorder.commands.length).toBe(before);
    await watched.close();
  });

  it('keeps the rules of others, their order and their counters, through changes and clear()', async () => {
    const foreign = [
      ['-t', 'filter', '-N', 'DOCKER-USER'],
      ['-t', 'filter', '-A', 'FORWARD', '-j', 'DOCKER-USER'],
      [
        '-t',
        'filter',
        '-A',
        'INPUT',
        '-p',
        'tcp',
        '-m',
        'tcp',
        '--dport',
        '22',
        '-m',
        'comment',
        '--comment',
        'netdev-input is -j ACCEPT',
        '-j',
        'ACCEPT',
      ],
      ['-t', 'filter', '-A', 'INPUT', '-i', 'lo', '-j', 'ACCEPT'],
      ['-t', 'nat', '-A', 'POSTROUTING', '-s', '172.17.0.0/16', '-j', 'MASQUERADE'],
    ];
    for (const words of foreign) await lab.run('router', `iptables-${variant}`, ...words);
    await lab.run('router', 'busybox', 'ping', '-c', '2', '127.0.0.1');
    const before = await save();
    expect(before).toMatch(/\[[1-9]\d*:\d+\] -A INPUT -i lo/);
    const others = async (): Promise<string[]> =>
      rulesOf(await save(), 'counted').filter((line) => !/netdev-(?!input is)/.test(line));

    await put(
      { kind: 'accept-input', interface: 'br-a' },
      { kind: 'source-nat', source: network, to: 'masquerade' },
    );
    expect(await others()).toEqual(rulesOf(before, 'counted'));
    await put(
      { kind: 'accept-input', interface: 'br-b' },
      { kind: 'forward-policy', bridge: 'br-a', policy: 'open' },
    );
    expect(await others()).toEqual(rulesOf(before, 'counted'));
    await firewall.clear();
    expect(rulesOf(await save(), 'counted')).toEqual(rulesOf(before, 'counted'));
  });

  it('mends what somebody flushed', async () => {
    await put({ kind: 'accept-input', interface: 'br-a' });
    const before = rulesOf(await save());
    await lab.run('router', `iptables-${variant}`, '-F');
    expect((await firewall.apply()).changed).toBe(false);
    expect((await firewall.reconcile()).changed).toBe(true);
    expect(rulesOf(await save())).toEqual(before);
  });

  it('takes over what an earlier process left, and lets other owners be', async () => {
    const other = await open('other');
    await other.put({ key: 'x', intents: [{ kind: 'accept-input', interface: 'br-b' }] });
    await other.apply();
    await put(
      { kind: 'accept-input', interface: 'br-a' },
      { kind: 'forward-policy', bridge: 'br-a', policy: 'closed' },
    );
    const restarted = await open();
    await restarted.put({
      key: 'y',
      intents: [{ kind: 'no-nat', source: network, destination: '10.0.0.0/8' }],
    });
    await restarted.apply();
    const rules = (await save()).split('\n');
    expect(rules.filter((line) => /netdev-(input|forward)/.test(line))).toEqual([]);
    expect(rules.filter((line) => line.includes('-A other-input'))).toHaveLength(1);
    expect(rules.some((line) => line.includes('-A netdev-post-nonat'))).toBe(true);
    await Promise.all([other.close(), restarted.close()]);
  });

  it('ends the connections of an intent that goes, and no others, when asked to', async () => {
    const ending = await open('ending', { connections: 'end' });
    const float = (name: string, floating: string, fixed: string) =>
      ending.put({ key: name, intents: [{ kind: 'floating-address', floating, fixed }] });
    await lab.run('router', 'ip', 'address', 'add', '203.0.113.50/32', 'dev', 'uplink');
    await lab.run('router', 'ip', 'address', 'add', '203.0.113.51/32', 'dev', 'uplink');
    await float('a', '203.0.113.50', '10.1.0.11');
    await float('b', '203.0.113.51', '10.1.0.12');
    await ending.apply();
    await lab.serve('a1', 80);
    await lab.serve('a2', 80);
    for (const address of ['203.0.113.50', '203.0.113.51']) {
      expect(await lab.connect('w1', address, 80)).toBe('203.0.113.1');
    }
    const known = async (): Promise<string[]> => {
      const table = await lab.run('router', 'conntrack', '-L');
      return ['203.0.113.50', '203.0.113.51'].filter((address) => table.includes(` dst=${address} `));
    };
    expect(await known()).toEqual(['203.0.113.50', '203.0.113.51']);
    await ending.delete('a');
    await ending.apply();
    expect(await known()).toEqual(['203.0.113.51']);
    await ending.clear();
    expect(await known()).toEqual([]);
    await ending.close();
  });

  it('counts packets by group', async () => {
    await lab.serve('w1', 80);
    await firewall.put({
      key: 'nat/a',
      intents: [{ kind: 'source-nat', source: network, interface: 'uplink', to: 'masquerade' }],
    });
    await firewall.put({
      key: 'nat/b',
      intents: [{ kind: 'source-nat', source: '10.2.0.0/24', interface: 'uplink', to: 'masquerade' }],
    });
    await firewall.apply();
    await lab.connect('a1', '203.0.113.1', 80);
    expect(await firewall.status()).toMatchObject([
      { key: 'nat/a', rules: 1, packets: 1n },
      { key: 'nat/b', rules: 1, packets: 0n },
    ]);
  });

  it('writes raw chains and intents together', async () => {
    firewall.iptables.ipv4.filter.addChain('inst-1');
    firewall.iptables.ipv4.filter.addRule('inst-1', '-s 10.1.0.11/32 -j DROP');
    firewall.iptables.ipv4.filter.addRule('FORWARD', '-j $inst-1');
    await put({ kind: 'accept-input', interface: 'br-a' });
    const rules = rulesOf(await save());
    expect(rules).toEqual(
      expect.arrayContaining([
        '-A netdev-FORWARD -j netdev-inst-1',
        '-A netdev-inst-1 -s 10.1.0.11/32 -j DROP',
        '-A netdev-input -i br-a -j ACCEPT',
      ]),
    );
    firewall.iptables.ipv4.filter.removeChain('inst-1');
    expect((await firewall.apply()).changed).toBe(true);
    expect(rulesOf(await save()).join('\n')).not.toContain('inst-1');
  });

  it('puts the first family back when the second refuses', async () => {
    const before = rulesOf(await save());
    firewall.iptables.ipv4.filter.addRule('INPUT', '-s 10.1.0.11/32 -j DROP');
    firewall.iptables.ipv6.filter.addRule('INPUT', '-s 10.1.0.11/32 -j DROP');
    await expect(firewall.apply()).rejects.toMatchObject({
      code: 'PLATFORM',
      detail: expect.stringContaining('10.1.0.11'),
    });
    expect(rulesOf(await save())).toEqual(before);
  });

  it('says what it needs where it may not', async () => {
    const plain = await createIptablesFirewall({ variant, runner: createRecordingRunner(asNobody()) });
    await plain.put({ key: 'a', intents: [{ kind: 'accept-input' }] });
    await expect(plain.apply()).rejects.toMatchObject({
      code: expect.stringMatching(/PERMISSION_DENIED|MISSING_TOOL/),
    });
  });
});

/** Runs everything without a privilege, in the sandbox's own namespace. */
function asNobody() {
  const inner = createRunner();
  return {
    ...inner,
    run: (argv: readonly string[], options?: Parameters<typeof inner.run>[1]) =>
      inner.run(['setpriv', '--bounding-set', '-all', '--inh-caps', '-all', '--', ...argv], options),
  };
}

/** Rules and the chains that somebody made, without dates and, unless asked for, counters. */
function rulesOf(saved: string, counters: 'counted' | 'plain' = 'plain'): string[] {
  return saved
    .split('\n')
    .filter((line) => /^(?:\[\d+:\d+\] )?-A /.test(line) || /^:\S+ -/.test(line))
    .map((line) =>
      counters === 'counted' && line.includes('-A') ? line : line.replace(/ ?\[\d+:\d+\] ?/, ''),
    );
}
