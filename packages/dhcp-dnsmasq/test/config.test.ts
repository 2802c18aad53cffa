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
  renderConfig(parseDhcpNetwork(network), paths, { tellsLeases: true }).split('\n');

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
    expect(renderConfig(parseDhcpNetwork(given), paths, { tellsLeases: false })).not.toContain('script');
  });

  it('says ranges, options, upstream servers and the absence of a gateway', () => {
    expect(
      lines({
        ...given,
        range: { first: '10.0.0.100', last: '10.0.0.199' },
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

  it('does not change when hosts do', () => {
    expect(lines({ ...given, hosts: [] })).toEqual(lines(given));
  });

  it('keeps hosts, their options and names in files of their own', () => {
    const network = parseDhcpNetwork(given);
    expect(renderHosts(network)).toBe(
      '02:00:00:00:00:01,set:host-020000000001,10.0.0.11,web\n02:00:00:00:00:02,10.0.0.12,900s\n',
    );
    expect(renderOptions(network)).toBe('tag:host-020000000001,option:router,10.0.0.9\n');
    expect(renderNames(network)).toBe(
      '10.0.0.11 web.lab.example web\n10.0.0.1 api.lab.example api\n10.0.0.5 db.other.example\n',
    );
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
    expect(renderOption({ option: 'bootfile-name', values: [value] })).toBe(
      `option:bootfile-name,${rendered}`,
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
    await expect(
      dhcp.ensure({ ...given, network: 'fd00::/64', serverAddress: 'fd00::1', hosts: [], names: [] }),
    ).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
    expect(told).toEqual([]);
  });
});
