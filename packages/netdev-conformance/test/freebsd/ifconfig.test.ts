import { beforeEach, describe, expect, it } from 'vitest';
import { createFreeBsdHost, type FreeBsdHost, NotCoveredError } from '../../src/freebsd.js';

let host: FreeBsdHost;
const run = (line: string) => host.run(line.split(' '));
const out = (line: string): string => {
  const { exitCode, stdout, stderr } = run(line);
  expect([line, exitCode, stderr]).toEqual([line, 0, '']);
  return stdout;
};
const fails = (line: string, stderr: string, stdout = '') =>
  expect(run(line)).toEqual({ exitCode: 1, stdout, stderr });

beforeEach(() => {
  host = createFreeBsdHost({ version: 14 });
});

describe('ifconfig of the simulated host', () => {
  it('prints the name of a clone that the kernel named, and none where the caller did', () => {
    expect(out('ifconfig bridge create')).toBe('bridge0\n');
    expect(out('ifconfig bridge7 create')).toBe('');
    expect(out('ifconfig bridge create name br100')).toBe('br100\n');
    expect(out('ifconfig epair create')).toBe('epair0a\n');
    expect(out('ifconfig vlan create vlandev epair0a vlan 42')).toBe('vlan0\n');
    expect(out('ifconfig epair0a.43 create')).toBe('');
    expect(out('ifconfig -l')).toBe('lo0 bridge0 bridge7 br100 epair0a epair0b vlan0 epair0a.43\n');
    expect(out('ifconfig -l ether')).not.toContain('lo0');
    expect(out('ifconfig -g bridge')).toBe('bridge0\nbridge7\nbr100\n');
    expect(out('ifconfig -g no-such')).toBe('');
    fails('ifconfig bridge7 create', 'ifconfig: interface bridge7 already exists\n');
  });

  it('leaves the clone behind whose name is taken', () => {
    out('ifconfig bridge create name br100');
    fails(
      'ifconfig bridge create name br100',
      'ifconfig: ioctl SIOCSIFNAME (set name): File exists\n',
      'bridge1\n',
    );
    expect(out('ifconfig -l')).toBe('lo0 br100 bridge1\n');
    fails(
      'ifconfig bridge1 name a-name-of-sixteen',
      'ifconfig: ioctl SIOCSIFNAME (set name): File name too long\n',
    );
  });

  it('stops at the first word that fails, and what was done before it stays', () => {
    out('ifconfig bridge create');
    fails('ifconfig bridge0 up addm tap0 mtu 1400', 'ifconfig: BRDGADD tap0: No such file or directory\n');
    expect(out('ifconfig bridge0')).toMatch(
      /^bridge0: flags=8843<UP,BROADCAST,RUNNING,SIMPLEX,MULTICAST> metric 0 mtu 1500\n/,
    );
  });

  it('says why an interface becomes no member, and takes the MTU of the first', () => {
    for (const line of ['bridge create', 'bridge create', 'tap create', 'tap create', 'tap0 mtu 1400'])
      out(`ifconfig ${line}`);
    out('ifconfig bridge0 addm tap0 private tap0');
    out('ifconfig bridge0 addm tap1');
    fails('ifconfig bridge0 addm tap0', 'ifconfig: BRDGADD tap0: File exists\n');
    fails('ifconfig bridge1 addm tap0', 'ifconfig: BRDGADD tap0: Device busy\n');
    fails('ifconfig bridge0 addm bridge1', 'ifconfig: BRDGADD bridge1: Invalid argument\n');
    fails('ifconfig bridge1 deletem tap0', 'ifconfig: BRDGDEL tap0: No such file or directory\n');
    const shown = out('ifconfig bridge0');
    expect(shown).toContain('\tmember: tap0 flags=943<LEARNING,DISCOVER,PRIVATE,AUTOEDGE,AUTOPTP>\n');
    expect(shown).toContain('mtu 1400\n');
    expect(out('ifconfig tap1')).toMatch(
      /^tap1: flags=8902<BROADCAST,PROMISC,SIMPLEX,MULTICAST> metric 0 mtu 1400\n/,
    );
  });

  it('replaces the first address without alias, and shows masks in hex', () => {
    out('ifconfig tap create');
    out('ifconfig tap0 inet 192.0.2.1/24 alias');
    out('ifconfig tap0 inet alias 192.0.2.24/32');
    out('ifconfig tap0 192.0.2.2/25');
    const shown = () =>
      out('ifconfig tap0')
        .split('\n')
        .filter((line) => line.startsWith('\tinet '));
    expect(shown()).toEqual([
      '\tinet 192.0.2.24 netmask 0xffffffff broadcast 192.0.2.24',
      '\tinet 192.0.2.2 netmask 0xffffff80 broadcast 192.0.2.127',
    ]);
    out('ifconfig tap0 inet 192.0.2.24 -alias');
    fails(
      'ifconfig tap0 inet 192.0.2.24 -alias',
      "ifconfig: ioctl (SIOCDIFADDR): Can't assign requested address\n",
    );
    fails('ifconfig tap0 inet 10.0.0 alias', 'ifconfig: 10.0.0: bad value\n');
    out('ifconfig tap0 inet6 2001:db8::1/64 no_dad -ifdisabled');
    expect(out('ifconfig tap0')).toMatch(
      /\tinet6 2001:db8::1 prefixlen 64\n\tinet6 fe80::.*%tap0 prefixlen 64 scopeid 0x2\n/,
    );
  });

  it('refuses what the facts do not cover, loudly', () => {
    out('ifconfig tap create');
    for (const line of [
      'ifconfig tap0 frobnicate',
      'ifconfig foo0 create',
      'ifconfig -v',
      'brctl show',
      'route flush',
    ])
      expect(() => run(line), line).toThrow(NotCoveredError);
  });

  it('destroys both ends of a pair, and no card', () => {
    host.addCard('em0', '00:0c:29:aa:bb:cc');
    out('ifconfig epair create');
    out('jail -c name=alcatraz persist vnet vnet.interface=epair0b');
    expect(out('jexec alcatraz ifconfig -l')).toBe('lo0 epair0b\n');
    expect(out('ifconfig -j alcatraz -l')).toBe('lo0 epair0b\n');
    out('jexec alcatraz ifconfig epair0b destroy');
    expect(out('ifconfig -l')).toBe('lo0 em0\n');
    fails('ifconfig em0 destroy', 'ifconfig: SIOCIFDESTROY: Invalid argument\n');
    fails('ifconfig br9 destroy', 'ifconfig: interface br9 does not exist\n');
  });

  it('gives what was made outside of a jail back when that ends', () => {
    out('ifconfig epair create');
    out('jail -c name=alcatraz persist vnet');
    out('ifconfig epair0b vnet alcatraz');
    out('jail -r alcatraz');
    expect(out('ifconfig -l')).toBe('lo0 epair0a epair0b\n');
    expect(out('jls name')).toBe('');
  });
});
