import { expect, it } from 'vitest';
import { createFreeBsdHost, type FreeBsdDisk, type FreeBsdHost } from '../../src/freebsd.js';

const config = [
  'interface=br0',
  'listen-address=10.0.0.1',
  'bind-interfaces',
  'domain=lab.example',
  'addn-hosts=/d/names',
  'dhcp-range=10.0.0.100,10.0.0.101,255.255.255.0,600s',
  'dhcp-option=option:router,10.0.0.1',
  'dhcp-option=42,10.0.0.9',
  'dhcp-hostsfile=/d/hosts',
  'dhcp-optsfile=/d/options',
  'dhcp-leasefile=/d/leases',
  'dhcp-script=/d/notify',
  'script-on-renewal',
];
const web = '02:00:00:00:00:01';
const stranger = '02:00:00:00:00:99';

interface Lab {
  host: FreeBsdHost;
  files: Map<string, string>;
  /** What its script was run with. */
  told: string[];
  start(...lines: string[]): { exitCode: number | undefined } | undefined;
  signal(name: string): void;
  request(mac: string, hostname?: string): ReturnType<FreeBsdHost['requestLease']>;
}

/** A bridge with a guest's tap, and a disk in memory. */
function makeLab(): Lab {
  const files = new Map<string, string>([
    ['/d/hosts', `${web},set:web,10.0.0.11,web,900s\n`],
    ['/d/options', 'tag:web,option:router,10.0.0.254\n'],
    ['/d/names', '10.0.0.1 api.lab.example api\n'],
    ['/d/notify', '#!/bin/sh\n'],
  ]);
  const told: string[] = [];
  const disk: FreeBsdDisk = {
    read: (path) => files.get(path),
    write: (path, text) => files.set(path, text),
    append: (path, text) => files.set(path, (files.get(path) ?? '') + text),
    execute: (_, words, env) => told.push([...words, env.DNSMASQ_DATA_MISSING ?? ''].join(' ').trim()),
  };
  const host = createFreeBsdHost({ disk });
  for (const words of [
    'ifconfig bridge create name br0',
    'ifconfig tap create name port',
    'ifconfig br0 addm port',
    'ifconfig br0 inet 10.0.0.1/24 alias',
    'ifconfig port up',
    'ifconfig br0 up',
  ]) {
    expect(host.run(words.split(' ')).exitCode).toBe(0);
  }
  let signal = (_: string): void => {};
  let pid = 0;
  return {
    host,
    files,
    told,
    start(...lines) {
      let end: { exitCode: number | undefined } | undefined;
      pid += 1;
      files.set('/d/conf', `# a comment\n${lines.join('\n')}\n`);
      files.delete('/d/log');
      const program = host.start(['dnsmasq', '--conf-file=/d/conf', '--keep-in-foreground'], {
        ...{ pid, logFile: '/d/log' },
        ended: (how) => {
          end = how;
        },
      });
      signal = (name) => program?.signal(name);
      return end;
    },
    signal: (name) => signal(name),
    request: (mac, hostname) => host.requestLease({ link: 'port', mac }, hostname),
  };
}

it('gives hosts what is theirs, strangers an address of the range, and tells of it', () => {
  const { host, files, told, start, request } = makeLab();
  expect(start(...config)).toBeUndefined();
  expect(files.get('/d/log')).toMatch(/started, version[\s\S]*read \/d\/hosts\n[\s\S]*read \/d\/options\n$/);
  expect(request(web)).toMatchObject({ address: '10.0.0.11', gateway: '10.0.0.254', leaseTime: 900 });
  expect(request(stranger, 'Laptop')).toMatchObject({
    ...{ address: '10.0.0.100', prefix: 24, server: '10.0.0.1', gateway: '10.0.0.1' },
    ...{ domain: 'lab.example', leaseTime: 600, mtu: undefined },
  });
  request(stranger);
  expect(told).toEqual([
    `add ${web} 10.0.0.11 web`,
    `add ${stranger} 10.0.0.100 laptop`,
    `old ${stranger} 10.0.0.100`,
  ]);
  expect(files.get('/d/leases')).toMatch(/^\d+ 02:00:00:00:00:01 10.0.0.11 web 01:02:00:00:00:00:01\n\d+ /);
  const ask = (name: string) =>
    host.resolveName({ link: 'port', mac: web, address: '10.0.0.11' }, '10.0.0.1', name);
  expect(['api', 'web.lab.example', 'none'].map(ask)).toEqual(['10.0.0.1', '10.0.0.11', undefined]);
});

it('gives an address of its range to nobody else, and those of hosts to no stranger', () => {
  const { start, request } = makeLab();
  start(...config.map((line) => line.replace('10.0.0.100,10.0.0.101', '10.0.0.10,10.0.0.12')));
  const given = ['a', 'b', 'c'].map((letter) => request(`02:00:00:00:00:${letter}0`)?.address);
  expect(given).toEqual(['10.0.0.10', '10.0.0.12', undefined]);
});

it('tells known clients from others, and gives each class its options', () => {
  const { host, files, start, request } = makeLab();
  host.run('ifconfig br0 inet6 fd00::1/64 alias no_dad -ifdisabled'.split(' '));
  files.set('/d/hosts', `${web},10.0.0.11\n02:00:00:00:00:02,ignore\n02:00:00:00:00:03,id:01:03\n`);
  const lines = [
    ...config.filter((line) => !line.startsWith('dhcp-range')),
    'listen-address=fd00::1',
    'dhcp-range=set:subnet.1,10.67.0.10,10.67.0.20,255.255.255.0,600s',
    'dhcp-range=set:subnet.0,10.0.0.100,10.0.0.101,255.255.255.0,600s',
    'dhcp-range=fd00::100,fd00::1ff,slaac,64,600s',
    'dhcp-option=tag:subnet.0,option:mtu,1400',
    'dhcp-option=tag:subnet.1,option:mtu,1300',
    'dhcp-option=option6:dns-server,[fd00::1]',
    'dhcp-mac=set:class.virtual,52:54:00:*:*:*',
    'dhcp-vendorclass=set:class.phones,phone',
    'dhcp-option=tag:class.virtual,option:router,10.0.0.253',
    'dhcp-option=tag:class.phones,option:router,10.0.0.252',
    'dhcp-boot=tag:class.phones,pxelinux.0,,10.0.0.3',
    'enable-ra',
    'ra-param=br0,0,600',
  ];
  expect(start(...lines)).toBeUndefined();
  expect(request(web)).toMatchObject({ address: '10.0.0.11', gateway: '10.0.0.1', mtu: 1400 });
  expect(request('52:54:00:00:00:01')).toMatchObject({ address: '10.0.0.100', gateway: '10.0.0.253' });
  expect(request('02:00:00:00:00:02')).toBeUndefined();
  expect(request('02:00:00:00:00:03')?.address).toBe('10.0.0.101');
});

it('is silent to strangers where it is told so', () => {
  const { start, request } = makeLab();
  start(...config, 'dhcp-ignore=tag:!known');
  expect(request(stranger)).toBeUndefined();
  expect(request(web)?.address).toBe('10.0.0.11');
});

it('tells what it was compiled with', () => {
  expect(makeLab().host.run(['dnsmasq', '--version']).stdout).toMatch(
    /^Dnsmasq version .*\n.*\bno-inotify\b/,
  );
});

it('keeps leases over a restart, reads its files again on SIGHUP, and is shown by ps until it ends', () => {
  const { host, files, told, start, signal, request } = makeLab();
  start(...config);
  request(stranger);
  signal('SIGTERM');
  expect(files.get('/d/log')).toContain('exiting on receipt of SIGTERM');
  expect(request(stranger)).toBeUndefined();
  start(...config.map((line) => line.replace('10.0.0.100,10.0.0.101,', '10.0.0.0,static,')));
  expect(told.at(-1)).toBe(`old ${stranger} 10.0.0.100 1`);
  expect(request(stranger)).toBeUndefined();
  files.set('/d/hosts', `${stranger},10.0.0.100\n`);
  expect(request(stranger)).toBeUndefined();
  signal('SIGHUP');
  expect(request(stranger)?.address).toBe('10.0.0.100');
  const ps = 'ps -ww -o state= -o lstart= -o command= -p'.split(' ');
  expect(host.run([...ps, '2']).stdout).toMatch(
    /^Ss {3}\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4} +dnsmasq --conf-file=\/d\/conf --keep-in-foreground\n$/,
  );
  expect(host.run([...ps, '1'])).toEqual({ exitCode: 1, stdout: '', stderr: '' });
});

it.each([
  ['unknown interface br9', 'interface=br9', ...config.slice(1)],
  ["socket for 10.0.0.2: Can't assign requested address", 'listen-address=10.0.0.2', ...config],
])('ends with "%s"', (said, ...lines) => {
  const { files, start } = makeLab();
  expect(start(...lines)).toMatchObject({ exitCode: 2 });
  expect(files.get('/d/log')).toContain(said);
});

it('has no two servers at one address', () => {
  const { files, start } = makeLab();
  start(...config);
  expect(start(...config)).toMatchObject({ exitCode: 2 });
  expect(files.get('/d/log')).toContain('Address already in use');
});

it('looks at a configuration without starting, says which line is bad, and refuses words nobody wrote down', () => {
  const { host, files } = makeLab();
  const test = (...lines: string[]) => {
    files.set('/d/conf', `${lines.join('\n')}\n`);
    return host.run(['dnsmasq', '--test', '--conf-file=/d/conf']);
  };
  expect(test(...config)).toMatchObject({ exitCode: 0, stderr: 'dnsmasq: syntax check OK.\n' });
  expect(test('bind-interfaces', 'dhcp-option=option:rooter,10.0.0.1')).toMatchObject({
    exitCode: 1,
    stderr: 'dnsmasq: bad dhcp-option at line 2 of /d/conf\n',
  });
  expect(test('dhcp-option=66,"a').stderr).toContain('missing " at line 1');
  expect(() => test('dhcp-hostsdir=/d/h')).toThrow('the word dhcp-hostsdir');
  expect(() => host.run(['dnsmasq', '--conf-file=/d/conf'])).toThrow('do not cover');
});

it('is reached only by what pf lets through, both ways', () => {
  const { host, start, request } = makeLab();
  start(...config);
  const load = (...lines: string[]) =>
    expect(
      host.run(['pfctl', '-f', '-'], { stdin: lines.map((line) => `${line}\n`).join('') }).exitCode,
    ).toBe(0);
  load('block in quick on br0 inet proto udp from any to any port 67');
  expect(request(web)).toBeUndefined();
  load('block out quick on br0 inet proto udp from any to any port 68');
  expect(request(web)).toBeUndefined();
  load('pass');
  expect(request(web)?.address).toBe('10.0.0.11');
});
