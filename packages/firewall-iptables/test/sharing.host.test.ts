import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  createIptablesFirewall,
  type IptablesFirewall,
  type IptablesFirewallOptions,
} from 'firewall-iptables';
import type { Intent } from 'netdev-core';
import { createDryRunRunner, createRecordingRunner, createRunner, type Runner } from 'netdev-exec';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addSpaces, ipBatchIn, outputIn, removeSpaces } from './agent/agent.js';
import { everyIntent } from './every-intent.js';

const run = promisify(execFile);
const novaChains = { filterTop: 'nova-filter-top', postroutingBottom: 'nova-postrouting-bottom' };
const accept = (name: string): Intent => ({ kind: 'accept-input', interface: name });

describe.each(['nft', 'legacy'] as const)('beside others, iptables-%s', (variant) => {
  const space = `fwshare${process.pid}${variant}`;
  const opened: IptablesFirewall[] = [];
  const inside = (...argv: string[]): Promise<string> => outputIn(space, argv);
  const iptables = (...words: string[]): Promise<string> => inside(`iptables-${variant}`, ...words);
  const open = async (options: IptablesFirewallOptions = {}): Promise<IptablesFirewall> => {
    const firewall = await createIptablesFirewall({ namespace: { name: space }, variant, ...options });
    opened.push(firewall);
    return firewall;
  };
  /** Rules and the chains that somebody made. */
  const rules = async (): Promise<string[]> =>
    (await inside(`iptables-${variant}-save`))
      .split('\n')
      .filter((line) => /^-A /.test(line) || /^:\S+ -/.test(line))
      .map((line) => line.replace(/ \[\d+:\d+\]$/, ''));

  beforeEach(async () => {
    await addSpaces(space);
    await ipBatchIn(space, ['link set lo up']);
  });
  afterEach(async () => {
    for (const firewall of opened.splice(0)) await firewall.close();
    await removeSpaces(space);
  });

  it('two owners of raw rules share their top and bottom chains, and either goes without the other', async () => {
    const network = await open({ owner: 'nova-network', sharedChains: novaChains });
    const compute = await open({ owner: 'nova-compute', sharedChains: novaChains });
    network.iptables.ipv4.filter.addRule('local', '-s 10.0.0.1 -j ACCEPT');
    await network.apply();
    compute.iptables.ipv4.filter.addRule('local', '-s 10.0.0.2 -j ACCEPT');
    await compute.apply();
    network.iptables.ipv4.filter.addRule('local', '-s 10.0.0.3 -j ACCEPT');
    await network.apply();
    expect((await rules()).filter((rule) => rule.includes('-A nova-filter-top'))).toEqual([
      '-A nova-filter-top -j nova-compute-local',
      '-A nova-filter-top -j nova-network-local',
    ]);
    expect((await rules()).filter((rule) => rule.endsWith('-j nova-filter-top'))).toHaveLength(2);

    await network.clear();
    expect((await rules()).filter((rule) => rule.includes('nova-network'))).toEqual([]);
    expect(await rules()).toEqual(
      expect.arrayContaining([
        '-A nova-filter-top -j nova-compute-local',
        '-A nova-compute-local -s 10.0.0.2/32 -j ACCEPT',
        '-A POSTROUTING -j nova-postrouting-bottom',
      ]),
    );
    await compute.clear();
    expect(await rules()).toEqual([]);
  });

  it("an owner's mark may begin another's", async () => {
    const vm = await open({ owner: 'vm' });
    const vm2 = await open({ owner: 'vm-2' });
    vm2.iptables.ipv4.filter.addChain('guest');
    vm2.iptables.ipv4.filter.addRule('guest', '-j ACCEPT');
    await vm2.put({ key: 'a', intents: [accept('br2')] });
    await vm2.apply();
    const before = await rules();
    vm.iptables.ipv4.filter.addChain('guest');
    await vm.put({ key: 'a', intents: [accept('br1')] });
    await vm.apply();
    expect((await rules()).filter((rule) => rule.includes('vm-2-'))).toEqual(before);
    expect(await rules()).toContain(':vm-guest -');
    await vm.clear();
    expect(await rules()).toEqual(before);
    expect((await vm2.reconcile()).changed).toBe(false);
  });

  it('takes raw chains of an earlier process over, and clear() takes them away', async () => {
    const first = await open();
    first.iptables.ipv4.filter.addChain('inst-1');
    first.iptables.ipv4.filter.addRule('FORWARD', '-j $inst-1');
    first.iptables.ipv4.mangle.addRule('POSTROUTING', '-o br0 -j ACCEPT');
    first.iptables.ipv6.filter.addRule('INPUT', '-s fd00::1 -j ACCEPT');
    await first.apply();
    expect((await rules()).join('\n')).toContain('netdev-inst-1');
    const second = await open();
    await second.put({ key: 'a', intents: [accept('br0')] });
    await second.apply();
    expect((await rules()).filter((rule) => rule.includes('netdev'))).toEqual([
      ':netdev-input -',
      '-A INPUT -j netdev-input',
      '-A netdev-input -i br0 -j ACCEPT',
    ]);
    await second.clear();
    expect(await rules()).toEqual([]);
    expect(await inside(`ip6tables-${variant}-save`)).not.toContain('netdev');
  });

  it('recognises raw rules that were written otherwise than the kernel prints them', async () => {
    const fill = ({ iptables: { ipv4, ipv6 } }: IptablesFirewall): void => {
      for (const rule of [
        '-p tcp --dport 80 -s 10.0.0.1 -j ACCEPT',
        '--protocol udp ! --source 10.1.2.3/16 -i br0 --destination-port 53 -j DROP',
        "-m comment --comment it's -j RETURN",
        '-j ACCEPT -m comment --comment "two words, and a $sign"',
        '-p tcp -m conntrack --ctstate ESTABLISHED,RELATED --syn -j REJECT',
        '-p icmp --icmp-type 8 -j ACCEPT',
        '-s 0.0.0.0/0 -m mark --mark 10 -j ACCEPT',
        '-d 10.0.0.0/8 -p tcp -m multiport --dports 80,443 -j LOG --log-prefix "in: "',
      ]) {
        ipv4.filter.addRule('INPUT', rule);
        ipv4.filter.addRule('FORWARD', rule, { wrap: false });
      }
      ipv4.nat.addRule('PREROUTING', '-d 10.9.9.9 -p tcp --dport 80 -j DNAT --to 10.0.0.1:8080');
      ipv4.nat.addRule('snat', '-s 10.0.0.1 -j SNAT --to 10.9.9.9');
      ipv6.filter.addRule('INPUT', '-s FD00:0:0::1 -p ipv6-icmp --icmpv6-type 128 -j REJECT');
      ipv6.filter.addRule('INPUT', '-s ::ffff:10.0.0.1 -j DROP');
    };
    const first = await open();
    fill(first);
    expect((await first.apply()).changed).toBe(true);
    expect(await first.reconcile()).toEqual({ changed: false, added: 0, removed: 0 });
    const before = await rules();
    const second = await open();
    fill(second);
    expect(await second.apply()).toEqual({ changed: false, added: 0, removed: 0 });
    expect(await rules()).toEqual(before);
  });

  it('tells commands that, typed by a person, make and unmake the same rules', async () => {
    const typed: string[] = [];
    const dry = await open({
      namespace: undefined,
      runner: createDryRunRunner({ onCommand: () => {} }),
      onCommands: (lines) => typed.push(...lines),
    });
    const real = await open();
    const others = [`ip6tables-${variant}-save`, 'ebtables-nft-save'];
    const everything = async (): Promise<string[]> => {
      const texts = await Promise.all(others.map((tool) => inside(tool)));
      return [...(await rules()), ...texts.join('').split('\n')].filter((line) =>
        /^(?:-A|:\S+ -)/.test(line),
      );
    };
    const typeThem = (): Promise<string> => inside('sh', '-ec', typed.splice(0).join('\n'));
    for (const firewall of [dry, real]) {
      firewall.iptables.ipv4.filter.addChain('inst-1');
      firewall.iptables.ipv4.filter.addRule(
        'inst-1',
        '-m comment --comment "$HOME `id` it\'s" ! -s 10.0.0.1 -j DROP',
      );
      firewall.iptables.ipv4.filter.addRule('FORWARD', '-j $inst-1', { wrap: false });
      await firewall.put({ key: 'every', intents: everyIntent });
    }
    await real.apply();
    const wanted = await everything();
    expect(wanted.length).toBeGreaterThan(80);
    await real.clear();
    await dry.apply();
    await typeThem();
    expect(await everything()).toEqual(wanted);
    await dry.clear();
    await typeThem();
    expect(await everything()).toEqual([]);
  });

  it('reads nothing for a change of its own chains, and leaves what others put before them', async () => {
    const recorder = createRecordingRunner(createRunner({ namespace: { name: space } }));
    const firewall = await open({ namespace: undefined, runner: recorder });
    await firewall.put({ key: 'a', intents: [accept('br0')] });
    await firewall.apply();
    await iptables('-I', 'INPUT', '1', '-s', '192.0.2.1', '-j', 'DROP');
    const before = recorder.commands.length;
    await firewall.put({ key: 'b', intents: [accept('br1')] });
    expect(await firewall.apply()).toEqual({ changed: true, added: 2, removed: 0 });
    expect(recorder.commands.slice(before).map(({ argv, stdin }) => [argv[0], stdin])).toEqual([
      [`iptables-${variant}-restore`, '*filter\n[0:0] -A netdev-input -i br1 -j ACCEPT\nCOMMIT\n'],
      [`ip6tables-${variant}-restore`, '*filter\n[0:0] -A netdev-input -i br1 -j ACCEPT\nCOMMIT\n'],
    ]);
    expect((await rules()).filter((rule) => rule.startsWith('-A INPUT'))).toEqual([
      '-A INPUT -s 192.0.2.1/32 -j DROP',
      '-A INPUT -j netdev-input',
    ]);
  });

  it('mends what somebody broke when a change does not fit any more', async () => {
    const firewall = await open();
    for (const name of ['a', 'b', 'c']) await firewall.put({ key: name, intents: [accept(`br-${name}`)] });
    await firewall.apply();
    await iptables('-F', 'netdev-input');
    await firewall.put({ key: 'd', intents: [accept('br-d')] });
    await firewall.delete('b');
    expect((await firewall.apply()).changed).toBe(true);
    expect((await rules()).filter((rule) => rule.startsWith('-A netdev-input'))).toEqual(
      ['a', 'c', 'd'].map((name) => `-A netdev-input -i br-${name} -j ACCEPT`),
    );
  });

  it('refuses a rule in a chain that nobody has, before anything is changed', async () => {
    const firewall = await open();
    firewall.iptables.ipv4.filter.addRule('nowhere', '-j ACCEPT', { wrap: false });
    await expect(firewall.apply()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'chain' });
    expect(await rules()).toEqual([]);
  });

  it('names the line that the kernel does not take', async () => {
    const firewall = await open();
    firewall.iptables.ipv4.filter.addRule('INPUT', '-m nosuchmatch -j ACCEPT');
    await expect(firewall.apply()).rejects.toMatchObject({
      code: 'PLATFORM',
      detail: expect.stringContaining('-A netdev-INPUT -m nosuchmatch -j ACCEPT'),
    });
    expect(await rules()).toEqual([]);
  });

  it('makes no table where nothing is wanted', async () => {
    const firewall = await open();
    expect(await firewall.apply()).toEqual({ changed: false, added: 0, removed: 0 });
    await firewall.clear();
    for (const tool of ['iptables', 'ip6tables']) expect(await inside(`${tool}-${variant}-save`)).toBe('');
    expect(await inside('nft', 'list', 'tables')).toBe('');
  });
});

describe('what only one variant has', () => {
  const space = `fwone${process.pid}`;
  beforeEach(async () => {
    await run('ip', ['netns', 'add', space]);
  });
  afterEach(async () => {
    await run('ip', ['netns', 'delete', space]);
  });

  it('works for the root of a user namespace, who may not read which legacy tables there are', async () => {
    const program = `
      import { createIptablesFirewall } from 'firewall-iptables';
      const firewall = await createIptablesFirewall({ variant: 'legacy' });
      await firewall.put({ key: 'a', intents: [{ kind: 'accept-input', interface: 'br0' }] });
      const results = [await firewall.apply(), await firewall.reconcile(), await firewall.clear()];
      console.log(JSON.stringify(results.map(({ changed }) => changed)));`;
    const { stdout } = await run(
      'unshare',
      ['-rmn', 'sh', '-c', 'mount -t tmpfs tmpfs /run && exec "$@"', 'sh', process.execPath].concat(
        ...['--input-type=module', '-e', program],
      ),
      { cwd: fileURLToPath(new URL('..', import.meta.url)) },
    );
    expect(stdout).toBe('[true,false,true]\n');
  });

  it('writes as much for the root of a user namespace, who may not send much at once', async () => {
    const program = `
      import { createIptablesFirewall } from 'firewall-iptables';
      const open = () => createIptablesFirewall({ variant: 'nft' });
      const putAll = async (firewall) => {
        for (let i = 0; i < 500; i++) {
          const intents = [
            { kind: 'floating-address', floating: '198.18.' + (i >> 8) + '.' + (i & 255), fixed: '10.18.' + (i >> 8) + '.' + (i & 255) },
            { kind: 'dhcp-guard', ports: ['tap' + i] },
          ];
          await firewall.put({ key: 'guest/' + i, intents });
        }
      };
      const firewall = await open();
      await putAll(firewall);
      const first = await firewall.apply();
      const again = await open();
      await putAll(again);
      console.log(JSON.stringify([first.added > 3000, await again.apply(), (await again.clear()).removed === first.added]));`;
    const { stdout } = await run(
      'unshare',
      ['-rmn', 'sh', '-c', 'mount -t tmpfs tmpfs /run && exec "$@"', 'sh', process.execPath].concat(
        ...['--input-type=module', '-e', program],
      ),
      { cwd: fileURLToPath(new URL('..', import.meta.url)) },
    );
    expect(JSON.parse(stdout)).toEqual([true, { changed: false, added: 0, removed: 0 }, true]);
  });

  it('a held lock is waited for some seconds, then it is said who holds it', async () => {
    // Not the usual file, which the tests beside this one need too.
    const folder = await mkdtemp(join(tmpdir(), 'fwlock-'));
    const file = join(folder, 'xtables.lock');
    const inner = createRunner({ namespace: { name: space } });
    const runner: Runner = {
      ...inner,
      run: (argv, options) => inner.run(argv, { ...options, env: { XTABLES_LOCKFILE: file } }),
    };
    const firewall = await createIptablesFirewall({ runner, variant: 'legacy' });
    await firewall.put({ key: 'a', intents: [accept('br0')] });
    const holder = execFile('flock', ['--close', file, 'sh', '-c', 'echo held; exec sleep 20']);
    await new Promise((resolve) => holder.stdout?.once('data', resolve));
    try {
      await expect(firewall.apply()).rejects.toMatchObject({
        code: 'BUSY',
        detail: expect.stringMatching(/held by flock \(process \d+\)$/),
        hint: expect.stringContaining(file),
      });
    } finally {
      holder.kill('SIGKILL');
      await rm(folder, { recursive: true });
    }
    await firewall.close();
  });

  it('a table of nft rules that iptables cannot read is left alone, and said so', async () => {
    const inside = (...argv: string[]) => run('ip', ['netns', 'exec', space, ...argv]);
    await inside('nft', 'add table ip filter');
    await inside('nft', 'add chain ip filter FORWARD { type filter hook forward priority 0; }');
    await inside('nft', 'add rule ip filter FORWARD ct state established accept');
    const before = (await inside('nft', 'list', 'ruleset')).stdout;
    const firewall = await createIptablesFirewall({ namespace: { name: space }, variant: 'nft' });
    await firewall.put({ key: 'a', intents: [accept('br0')] });
    await expect(firewall.apply()).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      detail: expect.stringContaining('nft'),
    });
    expect((await inside('nft', 'list', 'ruleset')).stdout).toBe(before);
    await firewall.close();
  });
});
