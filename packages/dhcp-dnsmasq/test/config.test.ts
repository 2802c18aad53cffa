import { type DhcpNetwork, PlatformError, parseDhcpNetwork, parseKey } from 'netdev-core';
import { createDryRunFiles, createDryRunRunner, createMemoryFiles, type HostFiles } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { parseDirectory, serverPaths } from '../src/config/paths.js';
import { renderConfig } from '../src/config/render-config.js';
import { renderHosts, renderNames } from '../src/config/render-hosts.js';
import { renderOption, renderOptions } from '../src/config/render-options.js';
import { createDnsmasq } from '../src/index.js';
import { removeFiles } from '../src/server/remove-files.js';

const given: DhcpNetwork = {
  key: 'lab/blue',
  interface: 'br0',
  network: '10.0.0.0/24',
  serverAddress: '10.0.0.1',
  domain: 'lab.example',
  leaseTime: 600,
  hosts: [
    {
      mac: '02:00:00:00:00:01',
      address: '10.0.0.11',
      hostname: 'web',
      options: [{ option: 'router', values: ['10.0.0.9'] }],
    },
    { mac: '02-00-00-00-00-02', address: '10.0.0.12', leaseTime: 900 },
  ],
  names: [
    { name: 'api', address: '10.0.0.1' },
    { name: 'db.other.example', address: '10.0.0.5' },
  ],
};
const paths = serverPaths('/run/x', parseKey('lab/blue'));
const lines = (network: DhcpNetwork): string[] =>
  renderConfig(parseDhcpNetwork(network), paths, {
    tellsLeases: true,
    leaseStore: 'file',
    noticesFiles: true,
  }).split('\n');

describe('the configuration', () => {
  it('serves one device, static hosts only, with the defaults handed out', () => {
    expect(lines(given)).toEqual(
      expect.arrayContaining([
        'interface=br0',
        'listen-address=10.0.0.1',
        'bind-interfaces',
        'no-resolv',
        'no-hosts',
        'pid-file',
        'domain=lab.example',
        'local=/lab.example/',
        'dhcp-range=10.0.0.0,static,255.255.255.0,600s',
        'dhcp-option=option:router,10.0.0.1',
        'dhcp-option=option:dns-server,10.0.0.1',
        'dhcp-hostsfile=/run/x/lab%2Fblue/hosts',
        'dhcp-script=/run/x/lab%2Fblue/events/notify',
      ]),
    );
    const poor = renderConfig(parseDhcpNetwork(given), paths, {
      tellsLeases: false,
      leaseStore: 'file',
      noticesFiles: false,
    });
    expect(poor).not.toContain('script');
    expect(poor).not.toMatch(/hostsdir|\.d$/m);
  });

  it('says ranges, options, upstream servers and the absence of a gateway', () => {
    expect(
      lines({
        ...given,
        ranges: [{ first: '10.0.0.100', last: '10.0.0.199' }],
        gateway: null,
        dnsServers: ['9.9.9.9', '10.0.0.1'],
        mtu: 1400,
        upstreamServers: ['2001:db8::53'],
        options: [{ option: 42, values: ['10.0.0.1', '10.0.0.2'] }],
      }),
    ).toEqual(
      expect.arrayContaining([
        'dhcp-range=10.0.0.100,10.0.0.199,255.255.255.0,600s',
        'dhcp-option=option:router',
        'dhcp-option=option:dns-server,9.9.9.9,10.0.0.1',
        'dhcp-option=option:mtu,1400',
        'server=2001:db8::53',
        'dhcp-option=42,10.0.0.1,10.0.0.2',
      ]),
    );
  });

  it('serves IPv6 beside, each family with its own', () => {
    const all = lines({
      ...given,
      subnets: [
        {
          network: 'fd00:1::/64',
          serverAddress: 'fd00:1::1',
          ranges: [{ first: 'fd00:1::100', last: 'fd00:1::1ff' }],
          leaseTime: 1200,
          dnsServers: ['fd00:1::1', '2001:db8::53'],
          advertise: { mode: 'both', interval: 30, routerLifetime: 0 },
        },
      ],
      options: [{ option: 'ntp-server', values: ['fd00:1::1'], family: 'ipv6', always: true }],
    });
    expect(all).toEqual(
      expect.arrayContaining([
        'interface=br0',
        'listen-address=10.0.0.1',
        'listen-address=fd00:1::1',
        'dhcp-range=10.0.0.0,static,255.255.255.0,600s',
        'dhcp-range=fd00:1::100,fd00:1::1ff,slaac,64,1200s',
        'dhcp-option=option:router,10.0.0.1',
        'dhcp-option=option6:dns-server,[fd00:1::1],[2001:db8::53]',
        'dhcp-option-force=option6:ntp-server,[fd00:1::1]',
        'enable-ra',
        'ra-param=br0,30,0',
      ]),
    );
    expect(all).not.toContain('except-interface=br0');
  });

  it.each([
    ['slaac', 'dhcp-range=fd00::,ra-only,64,86400s'],
    ['stateless', 'dhcp-range=fd00::,ra-stateless,64,86400s'],
    ['stateful', 'dhcp-range=fd00::,static,64,86400s'],
    ['both', 'dhcp-range=fd00::,static,slaac,64,86400s'],
  ] as const)('advertises %s', (mode, line) => {
    const { domain: _, hosts: __, names: ___, ...rest } = given;
    const subnet = { network: 'fd00::/64', serverAddress: 'fd00::1', leaseTime: 86400 };
    const all = lines({ ...rest, ...subnet, advertise: { mode } });
    expect(all).toEqual(expect.arrayContaining([line, 'enable-ra']));
    expect(all.filter((one) => one.startsWith('ra-param'))).toEqual([]);
  });

  it('ties the options of several subnets of a family to each', () => {
    expect(
      lines({
        ...given,
        subnets: [{ network: '10.0.1.0/24', serverAddress: '10.0.1.1' }],
        relayed: [
          {
            network: '10.9.0.0/24',
            gateway: '10.9.0.1',
            ranges: [
              { first: '10.9.0.10', last: '10.9.0.20' },
              { first: '10.9.0.30', last: '10.9.0.40' },
            ],
          },
        ],
      }),
    ).toEqual(
      expect.arrayContaining([
        'dhcp-range=set:subnet.0,10.0.0.0,static,255.255.255.0,600s',
        'dhcp-option=tag:subnet.0,option:router,10.0.0.1',
        'dhcp-range=set:subnet.1,10.0.1.0,static,255.255.255.0,86400s',
        'dhcp-option=tag:subnet.1,option:router,10.0.1.1',
        'dhcp-range=set:subnet.2,10.9.0.10,10.9.0.20,255.255.255.0,600s',
        'dhcp-range=set:subnet.2,10.9.0.30,10.9.0.40,255.255.255.0,600s',
        'dhcp-option=tag:subnet.2,option:router,10.9.0.1',
        'dhcp-option=tag:subnet.2,option:dns-server,10.0.0.1',
      ]),
    );
  });

  it('says classes, what they boot, whom it does not answer and whom it asks', () => {
    expect(
      lines({
        ...given,
        unknownClients: 'ignore',
        classes: [
          { name: 'efi', match: { architecture: 'uefi-x64' } },
          { name: 'phone', match: { vendorClass: 'Acme/7' } },
          { name: 'lab', match: { userClass: 'lab' } },
          { name: 'vm', match: { mac: '52-54-00' } },
        ],
        boot: [{ file: 'pxelinux.0' }, { file: 'boot/x64.efi', class: 'efi', serverAddress: '10.0.0.9' }],
        tftpRoot: '/srv/tftp',
        options: [{ option: 66, values: ['10.0.0.3'], class: 'phone' }],
        forwarders: [
          { domain: 'corp.example', servers: ['192.0.2.1', '192.0.2.2'] },
          { domain: '192.0.2.0/24', servers: ['192.0.2.1'] },
          { domain: 'fd00:1::/32', servers: [] },
        ],
      }),
    ).toEqual(
      expect.arrayContaining([
        'dhcp-ignore=tag:!known',
        'dhcp-match=set:class.efi,option:client-arch,7',
        'dhcp-vendorclass=set:class.phone,Acme/7',
        'dhcp-userclass=set:class.lab,lab',
        'dhcp-mac=set:class.vm,52:54:00:*:*:*',
        'dhcp-boot=pxelinux.0',
        'dhcp-boot=tag:class.efi,boot/x64.efi,,10.0.0.9',
        'enable-tftp',
        'tftp-root=/srv/tftp',
        'dhcp-option=tag:class.phone,66,10.0.0.3',
        'server=/corp.example/192.0.2.1',
        'server=/corp.example/192.0.2.2',
        'server=/2.0.192.in-addr.arpa/192.0.2.1',
        'local=/1.0.0.0.0.0.d.f.ip6.arpa/',
      ]),
    );
  });

  it('does not change when hosts do', () => {
    expect(lines({ ...given, hosts: [] })).toEqual(lines(given));
  });

  it('keeps hosts, their options and names in files of their own', () => {
    const network = parseDhcpNetwork(given);
    expect(renderHosts(network)).toBe(
      '02:00:00:00:00:01,set:host.020000000001,10.0.0.11,web\n02:00:00:00:00:02,10.0.0.12,900s\n',
    );
    expect(renderOptions(network)).toBe('tag:host.020000000001,option:router,10.0.0.9\n');
    expect(renderNames(network)).toBe(
      '10.0.0.11 web.lab.example web\n10.0.0.1 api.lab.example api\n10.0.0.5 db.other.example\n',
    );
  });
});

describe('hosts', () => {
  const hosts = (...all: DhcpNetwork['hosts'] & {}): string[] =>
    renderHosts(
      parseDhcpNetwork({
        ...given,
        subnets: [{ network: 'fd00::/64', serverAddress: 'fd00::1' }],
        hosts: all,
      }),
    )
      .split('\n')
      .slice(0, -1);

  it('are known by MAC address, client id or DUID, with a line for each family where the two differ', () => {
    const mac = '02:00:00:00:00:01';
    expect(
      hosts(
        { mac, address: ['10.0.0.11', 'fd00::11'], hostname: 'a' },
        { clientId: 'FF:00:01', address: '10.0.0.12' },
        { duid: '00:03:00:01', address: 'fd00::13', classes: ['lab', 'x'] },
        {
          mac: '02:00:00:00:00:04',
          clientId: '01:02',
          duid: '00:01:02',
          address: ['fd00::14', '10.0.0.14'],
          leaseTime: 900,
        },
        { mac: '02:00:00:00:00:05', ignored: true },
        { mac: '02:00:00:00:00:06', hostname: 'floats' },
      ),
    ).toEqual([
      `${mac},10.0.0.11,[fd00::11],a`,
      'id:ff:00:01,10.0.0.12',
      'id:00:03:00:01,set:class.lab,set:class.x,[fd00::13]',
      '02:00:00:00:00:04,id:01:02,10.0.0.14,900s',
      'id:00:01:02,[fd00::14],900s',
      '02:00:00:00:00:05,ignore',
      '02:00:00:00:00:06,floats',
    ]);
  });
});

describe('values of options', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['http://x/a#b', '"http://x/a#b"'],
    ['a #b', '"a #b"'],
    ['say "hi"', '"say \\"hi\\""'],
    ['back\\slash', 'back\\slash'],
    ['"\\', '"\\"\\\\"'],
  ])('%j is no syntax of dnsmasq', (value, rendered) => {
    expect(renderOption({ option: 'bootfile-name', values: [value], family: 'ipv4' })).toBe(
      `dhcp-option=option:bootfile-name,${rendered}`,
    );
  });
});

describe('folders', () => {
  it('have one name only', () => {
    expect(parseDirectory('/run/x/../y/./')).toBe('/run/y');
  });

  it('are another for every key', () => {
    const long = `${'a:'.repeat(60)}`;
    const keys = ['a', 'a/b', 'a.b', 'A', 'a:b', 'a_b', long, `${long}b`].map(
      (key) => serverPaths('/d', parseKey(key)).folder,
    );
    expect(new Set(keys).size).toBe(keys.length);
    for (const folder of keys) {
      expect(folder.split('/')).toHaveLength(3);
      expect(folder.length).toBeLessThan(210);
    }
  });

  it.each(['relative', '/a b', '/a\nb', '/a#b', '/a"b', '', undefined, '/a//b'])(
    'refuse the directory %j',
    (directory) => {
      expect(() => parseDirectory(directory)).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'directory' }),
      );
    },
  );
});

describe('removing files', () => {
  it('tries again when a script still writes, and gives up on any other failure', async () => {
    const memory = createMemoryFiles({ [paths.config]: '', [paths.leases]: '' });
    let failures = 2;
    const failing = (errno: string): HostFiles => ({
      ...memory,
      remove: async (path) => {
        if (failures-- > 0) throw new PlatformError({ operation: 'remove', object: path, errno });
        return memory.remove(path);
      },
    });
    expect(await removeFiles(failing('ENOTEMPTY'), paths, { keepLeases: false })).toBe(true);
    expect(await memory.list(paths.folder)).toEqual([]);
    failures = 1;
    await expect(removeFiles(failing('EROFS'), paths, { keepLeases: false })).rejects.toMatchObject({
      errno: 'EROFS',
    });
  });
});

describe('a dry run', () => {
  it('tells files and processes, and what each change does', async () => {
    const told: string[] = [];
    const onCommand = (line: string): number => told.push(line.split('\n')[0] as string);
    const dhcp = await createDnsmasq({
      runner: createDryRunRunner({ onCommand }),
      files: createDryRunFiles({ onCommand }),
      directory: '/run/x',
    });
    expect(await dhcp.ensure(given)).toEqual({ change: 'started' });
    expect(await dhcp.ensure(given)).toEqual({ change: 'none' });
    expect(await dhcp.ensure({ ...given, hosts: [] })).toEqual({ change: 'reloaded' });
    expect(await dhcp.ensure({ ...given, hosts: [], leaseTime: 700 })).toEqual({ change: 'restarted' });
    expect(await dhcp.list()).toMatchObject([{ key: 'lab/blue', running: true, interface: 'br0' }]);
    expect(await dhcp.remove('lab/blue')).toBe(true);
    expect(await dhcp.remove('lab/blue')).toBe(false);
    expect(
      told
        .filter((line) => /^(dnsmasq|kill)/.test(line))
        .map((line) => line.replace('--no-daemon', '--keep-in-foreground')),
    ).toEqual([
      'dnsmasq --test --conf-file=/run/x/lab%2Fblue/candidate.conf',
      'dnsmasq --conf-file=/run/x/lab%2Fblue/dnsmasq.conf --keep-in-foreground & pid1=$!',
      'kill -HUP $pid1',
      'dnsmasq --test --conf-file=/run/x/lab%2Fblue/candidate.conf',
      'kill -TERM $pid1',
      'dnsmasq --conf-file=/run/x/lab%2Fblue/dnsmasq.conf --keep-in-foreground & pid2=$!',
      'kill -TERM $pid2',
    ]);
  });

  it('refuses a bad network before any file is written', async () => {
    const told: string[] = [];
    const onCommand = (line: string): number => told.push(line);
    const dhcp = await createDnsmasq({
      runner: createDryRunRunner({ onCommand }),
      files: createDryRunFiles({ onCommand }),
      directory: '/run/x',
    });
    const host = { mac: '02:00:00:00:00:01', address: '10.0.0.11', hostname: 'web\ndhcp-script=/bin/evil' };
    await expect(dhcp.ensure({ ...given, hosts: [host] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      field: 'hosts[0].hostname',
    });
    for (const bad of ['a\nb', 'a,b', ' a', 'a\0', 'a\u2028b', '']) {
      await expect(
        dhcp.ensure({ ...given, hosts: [], options: [{ option: 15, values: [bad] }] }),
      ).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', field: 'options[0].values[0]' });
    }
    const mixed = [
      { network: 'fd00::/64', serverAddress: 'fd00::1', advertise: { mode: 'slaac' as const } },
      { network: 'fd01::/64', serverAddress: 'fd01::1' },
    ];
    await expect(dhcp.ensure({ ...given, subnets: mixed })).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    expect(told).toEqual([]);
  });
});
