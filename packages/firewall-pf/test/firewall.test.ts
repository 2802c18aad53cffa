import type { Intent } from 'netdev-core';
import { createAnsweringRunner, createMemoryFiles } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { createPfFirewall } from '../src/index.js';
import { createPfLab, type PfLab } from './pf-lab.js';

const nat = (key: string, source = '10.1.0.0/24') => ({
  key,
  intents: [{ kind: 'source-nat' as const, source, interface: 'uplink', to: '203.0.113.2' }],
});
const floating = {
  key: 'floating/203.0.113.50',
  intents: [
    {
      kind: 'floating-address' as const,
      floating: '203.0.113.50',
      fixed: '10.1.0.11',
      interface: 'uplink',
    },
  ],
};

async function opened(lab: PfLab, more: Parameters<typeof createPfFirewall>[0] = {}) {
  return createPfFirewall({ runner: lab.runner, ...more });
}

/** The pfctl commands that changed something. */
function changes({ commands }: PfLab): string[] {
  return commands
    .filter(
      ({ argv }) =>
        (argv.includes('-f') && !argv.includes('-n')) || ['-T', '-k'].some((each) => argv.includes(each)),
    )
    .filter(({ argv }) => !argv.includes('show'))
    .map(({ argv }) => argv.join(' '));
}

describe('firewall-pf', () => {
  it('loads one small anchor for a group more, and none that stays as it is', async () => {
    const lab = createPfLab(14);
    const firewall = await opened(lab);
    for (let number = 0; number < 20; number += 1)
      await firewall.put(nat(`nat/${number}`, `10.${number}.0.0/16`));
    await firewall.apply();
    lab.commands.length = 0;
    await firewall.put(floating);
    await firewall.apply();
    expect(lab.commands.map(({ argv }) => argv.join(' '))).toEqual([
      'pfctl -a netdev/j0000k.floating+203.0.113.50 -f -',
    ]);
    lab.commands.length = 0;
    await firewall.delete(floating.key);
    await firewall.apply();
    expect(lab.commands).toEqual([
      { argv: ['pfctl', '-a', 'netdev/j0000k.floating+203.0.113.50', '-f', '-'], stdin: '' },
    ]);
  });

  it('changes addresses of a security group in its table, and loads no rules for it', async () => {
    const lab = createPfLab(14);
    const firewall = await opened(lab);
    await firewall.put({
      key: 'web',
      intents: [
        { kind: 'security-group', name: 'web', rules: [{ direction: 'in', remote: { group: 'clients' } }] },
      ],
    });
    await firewall.apply();
    lab.commands.length = 0;
    const clients = (...members: string[]) => ({
      key: 'clients',
      intents: [{ kind: 'security-group' as const, name: 'clients', rules: [], members }],
    });
    await firewall.put(clients('192.0.2.1', '192.0.2.2'));
    expect(await firewall.apply()).toMatchObject({ changed: true, added: 2 });
    await firewall.put(clients('192.0.2.2'));
    await firewall.apply();
    expect(changes(lab)).toEqual([
      'pfctl -a netdev/sg/.web/in/.web -t r.clients -T add 192.0.2.1 192.0.2.2',
      'pfctl -a netdev/sg/.web/in/.web -t r.clients -T delete 192.0.2.1',
    ]);
    expect(lab.run('pfctl -a netdev/sg/.web/in/.web -t r.clients -T show')).toBe('   192.0.2.2\n');
  });

  it('takes over what an earlier run left, in whatever order it was put then', async () => {
    const lab = createPfLab(14);
    const before = await opened(lab);
    await before.put(nat('one'));
    await before.put(nat('two'));
    await before.put(floating);
    await before.apply();
    await before.close();
    const after = await opened(lab);
    await after.put(nat('one'));
    await after.put(nat('two'));
    await after.put(floating);
    expect(await after.apply()).toEqual({ changed: false, added: 0, removed: 0 });
    const reversed = await opened(lab);
    await reversed.put(nat('two'));
    await reversed.put(nat('one'));
    await reversed.apply();
    const order = lab.run('pfctl -a netdev -sA').match(/one|two|floating/g);
    expect(order).toEqual(['two', 'one']);
  });

  it('takes back what it loaded when a later anchor is refused, and tries again', async () => {
    const lab = createPfLab(14);
    let refuses = true;
    const { runner } = lab;
    const failing = {
      ...runner,
      run: async (argv: readonly string[], options?: { stdin?: string }) =>
        runner.run(argv, {
          ...options,
          ...(refuses && options?.stdin?.includes('binat') ? { stdin: `${options.stdin}nonsense\n` } : {}),
        }),
    };
    const firewall = await createPfFirewall({ runner: failing, version: 14 });
    await firewall.put(nat('first'));
    await firewall.put({ key: 'last', intents: [...nat('x').intents, ...floating.intents] });
    await expect(firewall.apply()).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    expect(lab.run('pfctl -v -sA')).toBe('');
    refuses = false;
    expect(await firewall.apply()).toMatchObject({ changed: true });
    expect(lab.run('pfctl -a netdev -sA').match(/first|last/g)).toEqual(['last', 'first', 'last']);
  });

  it('finds and mends rules that somebody took out of an anchor or put into it', async () => {
    const lab = createPfLab(14);
    const firewall = await opened(lab);
    await firewall.put(floating);
    await firewall.apply();
    const anchor = 'netdev/j00000.floating+203.0.113.50';
    const whole = lab.run(`pfctl -a ${anchor} -sn`);
    lab.run(`pfctl -a ${anchor} -F nat`);
    lab.run('pfctl -a netdev/zzz -f -', 'pass\n');
    expect(await firewall.reconcile()).toMatchObject({ changed: true });
    expect(lab.run(`pfctl -a ${anchor} -sn`)).toBe(whole);
    expect(lab.run('pfctl -a netdev/zzz -sr')).toBe('');
    expect(await firewall.reconcile()).toMatchObject({ changed: false });
  });

  it('ends the states of what goes, when asked to', async () => {
    const lab = createPfLab(14);
    lab.run('ifconfig uplink inet 203.0.113.50/32 alias');
    const come = { protocol: 'tcp', from: '203.0.113.1', fromPort: 4711, to: '203.0.113.50', toPort: 80 };
    for (const connections of ['keep', 'end'] as const) {
      const firewall = await opened(lab, { connections });
      await firewall.put(floating);
      await firewall.apply();
      expect(lab.host.packet({ in: 'uplink', ...come }).verdict).toBe('forward');
      await firewall.delete(floating.key);
      await firewall.apply();
      const lives = lab.host.packet({ in: 'uplink', ...come }).verdict === 'forward';
      expect([connections, lives]).toEqual([connections, connections === 'keep']);
    }
  });

  it('says what to do where the kernel has no pf', async () => {
    const runner = createAnsweringRunner(() => ({
      exitCode: 1,
      stderr: 'pfctl: /dev/pf: No such file or directory\n',
    }));
    const firewall = await createPfFirewall({ runner, version: 14 });
    await firewall.put(nat('one'));
    await expect(firewall.apply()).rejects.toMatchObject({
      code: 'PLATFORM',
      hint: expect.stringContaining('kldload pf'),
    });
  });

  it('asks pfctl whether it takes ether rules, and refuses guests by name where it does not', async () => {
    const lab = createPfLab(13);
    const firewall = await opened(lab);
    const guest = {
      kind: 'guest' as const,
      port: 'p-a1',
      bridge: 'br-a',
      mac: '02:00:5e:10:00:a1',
      addresses: ['10.1.0.11'],
      securityGroups: [],
    };
    await expect(firewall.put({ key: 'g', intents: [guest] })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
      hint: expect.stringContaining('FreeBSD 14'),
    });
  });
});

describe('setup', () => {
  const conf = [
    '# ours',
    'ext_if = "uplink"',
    'set skip on lo',
    '',
    '# to the world',
    'nat on $ext_if inet from 10.9.0.0/16 to any -> ($ext_if)',
    '',
    '# the rest',
    'block in all',
    'pass out all',
    '',
  ].join('\n');

  it('says which lines are missing and where they go, and which settings are wrong', async () => {
    const lab = createPfLab(14);
    lab.run('pfctl -f -', 'rdr-anchor "netdev/*"\nanchor "netdev/*" on em0\n');
    lab.run('sysctl net.link.bridge.pfil_bridge=1');
    const firewall = await opened(lab);
    await firewall.put({
      key: 'g',
      intents: [
        {
          kind: 'guest',
          port: 'p-a1',
          bridge: 'br-a',
          mac: '02:00:5e:10:00:a1',
          addresses: [],
          securityGroups: [],
        },
      ],
    });
    const report = await firewall.setup();
    expect(report).toMatchObject({ ready: false, enabled: true, written: undefined });
    expect(report.missing.map(({ line }) => line)).toEqual([
      'ether anchor "netdev/*"',
      'nat-anchor "netdev/*"',
      'binat-anchor "netdev/*"',
      'anchor "netdev/*"',
    ]);
    expect(report.settings).toMatchObject([{ name: 'net.link.bridge.pfil_bridge', value: '1', wanted: '0' }]);
  });

  it.each<[kind: string, intent: Intent, settings: string[]]>([
    [
      'forward policies',
      { kind: 'forward-policy', bridge: 'br-a', policy: 'outbound' },
      ['pfil_bridge 1 to 0'],
    ],
    ['DHCP guards', { kind: 'dhcp-guard', ports: ['p-a1'] }, ['pfil_member 0 to 1']],
    [
      'redirects',
      {
        kind: 'redirect',
        protocol: 'tcp',
        address: '169.254.169.254',
        port: 80,
        toAddress: '10.0.0.1',
        toPort: 8775,
      },
      [],
    ],
  ])('looks at the settings that %s need', async (_, intent, settings) => {
    const lab = createPfLab(14);
    for (const setting of ['pfil_member=0', 'pfil_bridge=1', 'pfil_local_phys=1'])
      lab.run(`sysctl net.link.bridge.${setting}`);
    const firewall = await opened(lab);
    await firewall.put({ key: 'g', intents: [intent] });
    const report = await firewall.setup();
    expect(
      report.settings.map(({ name, value, wanted }) => `${name.split('.').at(-1)} ${value} to ${wanted}`),
    ).toEqual(settings);
  });

  it.each([13, 14] as const)(
    'writes them between markers on request, with a backup, in the order of %s',
    async (version) => {
      const lab = createPfLab(version);
      const files = createMemoryFiles();
      await files.write('/etc/pf.conf', conf);
      const firewall = await opened(lab, { files });
      const report = await firewall.setup({ write: { load: true } });
      expect(report).toMatchObject({
        ready: true,
        missing: [],
        written: { file: '/etc/pf.conf', backup: '/etc/pf.conf.before-netdev' },
      });
      expect(await files.read('/etc/pf.conf.before-netdev')).toBe(conf);
      const written = (await files.read('/etc/pf.conf')) ?? '';
      expect(
        written
          .split('\n')
          .filter((line) => !/netdev/.test(line))
          .join('\n'),
      ).toBe(conf);
      expect(written.indexOf('rdr-anchor')).toBeLessThan(written.indexOf('nat on'));
      expect(written.indexOf('\nanchor')).toBeLessThan(written.indexOf('block in all'));
      expect(await firewall.setup({ write: {} })).toMatchObject({ written: { backup: undefined } });
      expect(await files.read('/etc/pf.conf')).toBe(written);
    },
  );

  it('writes nothing when pf would not take the file', async () => {
    const lab = createPfLab(14);
    const files = createMemoryFiles();
    await files.write('/etc/pf.conf', 'nonsense\n');
    const firewall = await opened(lab, { files });
    await expect(firewall.setup({ write: {} })).rejects.toMatchObject({ code: 'COMMAND_FAILED' });
    expect(await files.read('/etc/pf.conf')).toBe('nonsense\n');
  });
});
