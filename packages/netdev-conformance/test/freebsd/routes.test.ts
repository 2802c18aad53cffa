import { beforeEach, describe, expect, it } from 'vitest';
import { createFreeBsdHost, type FreeBsdHost } from '../../src/freebsd.js';

let host: FreeBsdHost;
const run = (line: string) => host.run(line.split(' '));

beforeEach(() => {
  host = createFreeBsdHost();
  host.addCard('em0', '00:0c:29:aa:bb:cc');
  run('ifconfig em0 inet 192.0.2.10/24 alias');
});

describe('routes of the simulated host', () => {
  it('are added and deleted with a line on standard output, and a reason there when they are not', () => {
    const line = 'net 198.51.100.0/24: gateway 192.0.2.1 fib 0';
    expect(run('route -n add -net 198.51.100.0/24 192.0.2.1').stdout).toBe(`add ${line}\n`);
    expect(run('route -n add -net 198.51.100.0/24 192.0.2.1')).toEqual({
      exitCode: 1,
      stdout: `add ${line}: route already in table\n`,
      stderr: 'route: message indicates error: File exists\n',
    });
    expect(run('route -n delete -net 198.51.100.0/24 192.0.2.1').stdout).toBe(`delete ${line}\n`);
    expect(run('route -n delete -net 198.51.100.0/24 192.0.2.1')).toEqual({
      exitCode: 1,
      stdout: `delete ${line}: not in table\n`,
      stderr: 'route: route has not been found\n',
    });
    expect(run('route -n add default 10.0.0.1')).toMatchObject({
      exitCode: 1,
      stdout: 'add net default: gateway 10.0.0.1 fib 0: Network is unreachable\n',
    });
  });

  it('are shown as text and as JSON', () => {
    run('route -n add default 192.0.2.1');
    run('route -n add -net 203.0.113.0/24 -iface em0');
    expect(
      run('netstat -rn -f inet')
        .stdout.split('\n')
        .map((line) => line.split(/ +/).slice(0, 4)),
    ).toEqual([
      ['Routing', 'tables'],
      [''],
      ['Internet:'],
      ['Destination', 'Gateway', 'Flags', 'Netif'],
      ['default', '192.0.2.1', 'UGS', 'em0'],
      ['203.0.113.0/24', 'link#2', 'US', 'em0'],
      ['192.0.2.0/24', 'link#2', 'U', 'em0'],
      ['192.0.2.10', 'link#2', 'UHS', 'lo0'],
      [''],
    ]);
    const { statistics } = JSON.parse(run('netstat --libxo json -rn').stdout);
    expect(statistics['route-information']['route-table']['rt-family'][0]['rt-entry'][0]).toEqual({
      destination: 'default',
      gateway: '192.0.2.1',
      flags: 'UGS',
      'interface-name': 'em0',
    });
  });

  it('go with the address that they lean on', () => {
    run('route -n add default 192.0.2.1');
    run('ifconfig em0 inet 192.0.2.10 -alias');
    expect(run('netstat -rn -f inet').stdout).not.toMatch(/default|192/);
  });
});

describe('other programs of the simulated host', () => {
  it('sysctl reads and sets', () => {
    expect(run('sysctl -n net.inet.ip.forwarding').stdout).toBe('0\n');
    expect(run('sysctl net.inet.ip.forwarding=1').stdout).toBe('net.inet.ip.forwarding: 0 -> 1\n');
    expect(run('sysctl -n net.inet.ip.forwarding').stdout).toBe('1\n');
    expect(run('sysctl no.such')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: "sysctl: unknown oid 'no.such'\n",
    });
    expect(run('sysctl -i -n no.such')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });

  it('arp sets, shows and forgets; the own addresses of the host are shown, too', () => {
    const own = '? (192.0.2.10) at 00:0c:29:aa:bb:cc on em0 permanent [ethernet]\n';
    run('arp -s 192.0.2.2 90:10:00:01:02:03');
    expect(run('arp -an').stdout).toBe(
      `${own}? (192.0.2.2) at 90:10:00:01:02:03 on em0 permanent [ethernet]\n`,
    );
    expect(JSON.parse(run('arp -an --libxo json').stdout).arp['arp-cache'][1]).toMatchObject({
      ...{ 'ip-address': '192.0.2.2', 'mac-address': '90:10:00:01:02:03' },
      ...{ interface: 'em0', permanent: true },
    });
    expect(run('arp -nd 192.0.2.2').stdout).toBe('192.0.2.2 (192.0.2.2) deleted\n');
    expect(run('arp -an').stdout).toBe(own);
    expect(run('arp -n 192.0.2.2')).toMatchObject({
      exitCode: 1,
      stdout: '192.0.2.2 (192.0.2.2) -- no entry\n',
    });
    expect(run('arp -s 198.51.100.9 90:10:00:01:02:03')).toMatchObject({
      exitCode: 1,
      stderr: 'arp: cannot intuit interface index and type for 198.51.100.9\n',
    });
  });

  it('ndp sets, shows and forgets', () => {
    run('ifconfig em0 inet6 2001:db8::10/64 alias no_dad -ifdisabled');
    run('ndp -s 2001:db8::9 90:10:00:01:02:03');
    run('ndp -s fe80::9%em0 90:10:00:01:02:04');
    const shown = (): string[] => run('ndp -an').stdout.split('\n').slice(1, -1);
    expect(run('ndp -an').stdout).toMatch(/^Neighbor +Linklayer Address +Netif Expire +S Flags\n/);
    expect(shown().map((line) => line.split(/\s+/).slice(0, 5))).toEqual(
      expect.arrayContaining([
        ['2001:db8::10', '00:0c:29:aa:bb:cc', 'em0', 'permanent', 'R'],
        ['2001:db8::9', '90:10:00:01:02:03', 'em0', 'permanent', 'R'],
        ['fe80::9%em0', '90:10:00:01:02:04', 'em0', 'permanent', 'R'],
      ]),
    );
    const count = shown().length;
    expect(run('ndp -d 2001:db8::9').stdout).toBe('2001:db8::9 (2001:db8::9) deleted\n');
    expect(shown()).toHaveLength(count - 1);
    expect(run('ndp -s 2001:db8:9::1 90:10:00:01:02:03')).toMatchObject({ exitCode: 1 });
  });

  it('route monitor tells of each change, and of none after its end', () => {
    let told = 0;
    const end = host.monitor(undefined, () => {
      told += 1;
    });
    run('ifconfig em0 inet 192.0.2.11/32 alias');
    expect(told).toBeGreaterThan(0);
    end();
    const before = told;
    run('ifconfig em0 inet 192.0.2.12/32 alias');
    expect(told).toBe(before);
  });
});
