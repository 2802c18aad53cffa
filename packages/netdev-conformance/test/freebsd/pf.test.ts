import { describe, expect, it } from 'vitest';
import { createFreeBsdHost, type FreeBsdHost } from '../../src/freebsd.js';

function ok(host: FreeBsdHost, words: string, stdin?: string): string {
  const { exitCode, stdout, stderr } = host.run(words.split(' '), { stdin });
  expect([exitCode, stderr.startsWith('stdin:') ? stderr : '']).toEqual([0, '']);
  return stdout;
}

/** A router between two networks, with a bridge of two guests. */
function router(version: 13 | 14 = 14): FreeBsdHost {
  const host = createFreeBsdHost({ version });
  host.addCard('em0', '02:00:00:00:00:01');
  ok(host, 'ifconfig em0 inet 203.0.113.2/24 alias');
  ok(host, 'ifconfig bridge0 create');
  for (const tap of ['tap0', 'tap1']) {
    ok(host, `ifconfig ${tap} create`);
    ok(host, `ifconfig ${tap} up`);
    ok(host, `ifconfig bridge0 addm ${tap}`);
  }
  ok(host, 'ifconfig bridge0 inet 10.0.0.1/24 alias');
  ok(host, 'ifconfig bridge0 up');
  ok(host, 'sysctl net.inet.ip.forwarding=1');
  ok(host, 'sysctl net.link.bridge.pfil_bridge=0');
  return host;
}

const load = (host: FreeBsdHost, ...lines: string[]): string =>
  ok(host, 'pfctl -f -', lines.map((line) => `${line}\n`).join(''));

const opening = { protocol: 'tcp', from: '10.0.0.5', fromPort: 4711, to: '203.0.113.1', toPort: 80 } as const;
const answer = { protocol: 'tcp', from: '203.0.113.1', fromPort: 80, toPort: 4711, flags: 'SA' } as const;

describe('pfctl of the simulated host', () => {
  it('says where a text is wrong, and keeps the rules that were there', () => {
    const host = router();
    load(host, 'block all');
    expect(host.run(['pfctl', '-f', '-'], { stdin: 'pass\n\nmatch out all\n' })).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'stdin:3: syntax error\n',
    });
    expect(host.run(['pfctl', '-f', '-'], { stdin: 'pass' }).stderr).toBe('stdin:1: syntax error\n');
    expect(ok(host, 'pfctl -sr')).toBe('block drop all\n');
    ok(host, 'pfctl -nf -', 'pass\n');
    expect(ok(host, 'pfctl -sr')).toBe('block drop all\n');
  });

  it('loads an anchor in the place of all that it held, and forgets one that holds nothing', () => {
    const host = router();
    ok(host, 'pfctl -a netdev/a -f -', 'table <t> { 10.0.0.1 }\npass in from <t>\n');
    ok(host, 'pfctl -a netdev/b -f -', 'nat on em0 from 10.0.0.0/24 to any -> (em0:0)\n');
    expect(ok(host, 'pfctl -a netdev -sA')).toBe('  netdev/a\n  netdev/b\n');
    expect(ok(host, 'pfctl -a netdev/b -sn')).toBe('nat on em0 inet from 10.0.0.0/24 to any -> (em0:0)\n');
    ok(host, 'pfctl -a netdev/a -f -', '');
    expect(ok(host, 'pfctl -a netdev -sA')).toBe('  netdev/b\n');
    ok(host, 'pfctl -a netdev/b -F nat');
    expect(ok(host, 'pfctl -sA')).toBe('');
  });

  it('keeps addresses in tables', () => {
    const host = router();
    expect(host.run(['pfctl', '-t', 'none', '-T', 'show'])).toMatchObject({
      exitCode: 1,
      stderr: 'pfctl: Table does not exist.\n',
    });
    const add = host.run(['pfctl', '-a', 'netdev/a', '-t', 'bad', '-T', 'add', '192.0.2.1', '10.0.0.0/8']);
    expect(add.stderr).toBe('2/2 addresses added.\n');
    expect(ok(host, 'pfctl -a netdev/a -t bad -T show')).toBe('   192.0.2.1\n   10.0.0.0/8\n');
    expect(host.run(['pfctl', '-a', 'netdev/a', '-t', 'bad', '-T', 'test', '10.9.0.1']).exitCode).toBe(0);
    expect(host.run(['pfctl', '-a', 'netdev/a', '-t', 'bad', '-T', 'test', '192.0.2.2']).exitCode).toBe(2);
  });

  it('knows no options that only relatives of FreeBSD have', () => {
    expect(() => router().run(['pfctl', '-E'])).toThrow('do not cover');
    expect(router().run(['pfctl', '-e'])).toMatchObject({
      exitCode: 1,
      stderr: 'pfctl: pf already enabled\n',
    });
  });
});

describe('the simulated pf', () => {
  it('translates before it filters, and answers find their way back', () => {
    const host = router();
    load(host, 'nat on em0 from 10.0.0.0/24 to any -> (em0:0)', 'block out on em0 from 10.0.0.0/24 to any');
    expect(host.packet({ in: 'tap0', ...opening })).toMatchObject({
      verdict: 'forward',
      out: 'em0',
      packet: { from: '203.0.113.2' },
    });
    expect(host.packet({ in: 'em0', ...answer, to: '203.0.113.2' })).toMatchObject({
      verdict: 'forward',
      out: 'bridge0',
      packet: { to: '10.0.0.5' },
    });
  });

  it('takes the first translation that matches, and the last filter rule, unless one is quick', () => {
    const host = router();
    load(
      host,
      'no nat on em0 from 10.0.0.5 to any',
      'nat on em0 from 10.0.0.0/24 to any -> 203.0.113.2',
      'block in on bridge0',
      'pass in on bridge0 from 10.0.0.5 to any',
      'block in quick on bridge0 from 10.0.0.6 to any',
      'pass in on bridge0 from 10.0.0.6 to any',
    );
    expect(host.packet({ in: 'tap0', ...opening }).packet.from).toBe('10.0.0.5');
    expect(host.packet({ in: 'tap0', ...opening, from: '10.0.0.6' }).verdict).toBe('drop');
  });

  it('goes on with nat where a binat rule says no', () => {
    const host = router();
    const rules = [
      'binat on em0 from 10.0.0.5 to any -> 203.0.113.9',
      'nat on em0 from any to any -> 203.0.113.2',
    ];
    load(host, 'no binat on em0 from 10.0.0.5 to 203.0.113.0/24', ...rules);
    expect(host.packet({ in: 'tap0', ...opening }).packet.from).toBe('203.0.113.2');
    load(host, ...rules);
    expect(host.packet({ in: 'tap0', ...opening, fromPort: 4712 }).packet.from).toBe('203.0.113.9');
  });

  it('calls anchors in the order of the alphabet, and keeps tags that a rule set', () => {
    const host = router();
    load(host, 'rdr-anchor "netdev/*"', 'anchor "netdev/*"', 'block in on em0');
    ok(host, 'pfctl -a netdev/b -f -', 'rdr on em0 proto tcp to 203.0.113.2 port 80 tag T -> 10.0.0.6\n');
    ok(
      host,
      'pfctl -a netdev/a -f -',
      'rdr on em0 inet proto tcp from any to 203.0.113.2 port 80 tag T -> 10.0.0.5 port 8080\n' +
        'pass in quick inet proto tcp from any to 10.0.0.5 port 8080 tagged T\n',
    );
    const coming = { in: 'em0', protocol: 'tcp', from: '203.0.113.1', fromPort: 4711, to: '203.0.113.2' };
    expect(host.packet({ ...coming, toPort: 80 })).toMatchObject({
      verdict: 'forward',
      packet: { to: '10.0.0.5', toPort: 8080 },
    });
    expect(host.packet({ ...coming, to: '10.0.0.5', toPort: 8080 }).verdict).toBe('drop');
  });

  it('filters what stays on a bridge on its ports only where the settings say so', () => {
    const host = router();
    load(host, 'block in on tap0');
    const between = { in: 'tap0', protocol: 'tcp', from: '10.0.0.5', to: '10.0.0.6', toPort: 80 };
    expect(host.packet(between).verdict).toBe('drop');
    expect(host.packet({ in: 'tap0', ...opening }).verdict).toBe('forward');
    ok(host, 'sysctl net.link.bridge.pfil_member=0');
    expect(host.packet(between).verdict).toBe('forward');
  });

  it('looks at frames in 14, and at no addresses of IP in frames of ARP', () => {
    const host = router();
    load(
      host,
      'ether block in on tap0 from ! 02:00:00:00:00:05',
      'ether block in proto 0x0800 l3 from 10.0.0.6',
    );
    expect(host.packet({ in: 'tap0', ...opening }).verdict).toBe('drop');
    const own = { in: 'tap0', ...opening, mac: '02:00:00:00:00:05' };
    expect(host.packet(own).verdict).toBe('forward');
    expect(host.packet({ ...own, from: '10.0.0.6' }).verdict).toBe('drop');
    expect(router(13).run(['pfctl', '-f', '-'], { stdin: 'ether pass\n' }).exitCode).toBe(1);
  });

  it('ends states by address and by label, and not with the rules that made them', () => {
    const host = router();
    load(host, 'block out on em0', 'pass out on em0 proto tcp from 10.0.0.5 to any port 80 label guest');
    host.packet({ in: 'tap0', ...opening });
    load(host, 'block out on em0');
    expect(host.packet({ in: 'tap0', ...opening }).verdict).toBe('forward');
    expect(host.run(['pfctl', '-k', 'label', '-k', 'guest']).stderr).toBe('killed 1 states\n');
    expect(host.packet({ in: 'tap0', ...opening }).verdict).toBe('drop');
  });
});
