import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { DhcpNetwork } from 'netdev-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Lab, mac, makeLab, network } from './lab.js';

const run = promisify(execFile);
let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

/** For whoever comes. */
const open: DhcpNetwork = {
  ...network,
  hosts: [],
  ranges: [{ first: '10.0.0.100', last: '10.0.0.109' }],
};

it('tells machines that boot from the network what is for their architecture, and hands the files out', async () => {
  const root = `${lab.directory}/tftp`;
  await mkdir(root, { mode: 0o755 });
  await writeFile(`${root}/x64.efi`, 'the loader');
  await lab.dhcp.ensure({
    ...network,
    classes: [
      { name: 'efi', match: { architecture: 'uefi-x64' } },
      { name: 'arm', match: { architecture: 'uefi-arm64' } },
    ],
    boot: [
      { file: 'pxelinux.0' },
      { file: 'x64.efi', class: 'efi' },
      { file: 'arm.efi', class: 'arm', serverAddress: '10.0.0.9' },
    ],
    tftpRoot: root,
  });
  // Option 93 (RFC 4578) in hex.
  const boot = async (architecture: string) => {
    const answer = await lab.lease(3, '-x', `0x5d:${architecture}`);
    return [answer?.boot_file ?? answer?.bootfile, answer?.siaddr];
  };
  expect(await boot('0000')).toEqual(['pxelinux.0', '10.0.0.1']);
  expect(await boot('0007')).toEqual(['x64.efi', '10.0.0.1']);
  expect(await boot('000b')).toEqual(['arm.efi', '10.0.0.9']);
  const copy = `${lab.directory}/copy`;
  await lab.guest('busybox', 'tftp', '-g', '-r', 'x64.efi', '-l', copy, '10.0.0.1');
  expect(await lab.guest('cat', copy)).toBe('the loader');
});

it('has options for classes of clients and of hosts, before those of everybody', async () => {
  await lab.dhcp.ensure({
    ...network,
    classes: [
      { name: 'phones', match: { vendorClass: 'Acme' } },
      { name: 'labs', match: { userClass: 'bench' } },
      { name: 'virtual', match: { mac: '02:00:00' } },
    ],
    hosts: [{ mac, address: '10.0.0.11', classes: ['own'] }],
    options: [
      { option: 'ntp-server', values: ['10.0.0.40'] },
      { option: 'ntp-server', values: ['10.0.0.41'], class: 'phones' },
      { option: 'ntp-server', values: ['10.0.0.42'], class: 'labs' },
      { option: 66, values: ['tftp.example'], class: 'virtual', always: true },
      { option: 'mtu', values: ['1399'], class: 'own' },
    ],
  });
  const asked = (...words: string[]) => lab.lease(3, '-O', 'tftp', ...words);
  expect(await asked()).toMatchObject({ ntpsrv: '10.0.0.40', mtu: '1399', tftp: 'tftp.example' });
  expect(await asked('-V', 'Acme phone 7')).toMatchObject({ ntpsrv: '10.0.0.41' });
  expect(await asked('-x', `0x4d:${Buffer.from('bench').toString('hex')}`)).toMatchObject({
    ntpsrv: '10.0.0.42',
  });
});

it('knows a host by its client id, and hands out addresses of several ranges', async () => {
  await lab.dhcp.ensure({
    ...open,
    ranges: [
      { first: '10.0.0.100', last: '10.0.0.100' },
      { first: '10.0.0.200', last: '10.0.0.200' },
    ],
    hosts: [{ clientId: 'ff:00:01:02', address: '10.0.0.33' }],
  });
  const as = (id: string) => lab.lease(6, '-C', '-x', `0x3d:${id}`);
  expect(await as('ff000102')).toMatchObject({ ip: '10.0.0.33' });
  const others = [(await as('ff000103'))?.ip, (await as('ff000104'))?.ip];
  expect(others.sort()).toEqual(['10.0.0.100', '10.0.0.200']);
});

it('serves a subnet behind a relay agent, with a gateway of its own', async () => {
  const router = `${lab.guestName}r`;
  const words = (text: string): string[] => text.split(' ');
  await run('ip', ['netns', 'add', router]);
  try {
    const at = (text: string) => run('ip', ['netns', 'exec', router, ...words(text)]);
    await lab.host(...words(`ip link add name pr type veth peer name up0 netns ${router}`));
    await lab.host(...words('ip link set pr master br0 up'));
    // The guest moves behind the router.
    await lab.host(...words('ip link delete p0'));
    await at(`ip link add name lan0 type veth peer name eth0 address ${mac} netns ${lab.guestName}`);
    for (const device of ['lo', 'up0', 'lan0']) await at(`ip link set ${device} up`);
    await at('ip address add 10.0.0.254/24 dev up0');
    await at('ip address add 10.9.0.1/24 dev lan0');
    await lab.guest('ip', 'link', 'set', 'eth0', 'up');
    await lab.host(...words('ip route add 10.9.0.0/24 via 10.0.0.254'));
    await lab.dhcp.ensure({
      ...open,
      relayed: [
        {
          network: '10.9.0.0/24',
          ranges: [{ first: '10.9.0.50', last: '10.9.0.50' }],
          gateway: '10.9.0.1',
        },
      ],
    });
    // dnsmasq itself as the relay agent (dnsmasq(8), dhcp-relay).
    const config = `${lab.directory}/relay.conf`;
    await writeFile(
      config,
      `port=0\nbind-interfaces\ninterface=lan0\nexcept-interface=lo\npid-file=${lab.directory}/relay.pid\nno-resolv\nuser=root\ndhcp-relay=10.9.0.1,10.0.0.1\n`,
    );
    await at(`dnsmasq --conf-file=${config}`);
    try {
      expect(await lab.lease(6)).toMatchObject({
        ip: '10.9.0.50',
        router: '10.9.0.1',
        dns: '10.0.0.1',
        subnet: '255.255.255.0',
      });
      expect(await lab.dhcp.leases('lab')).toMatchObject([{ address: '10.9.0.50', mac }]);
    } finally {
      process.kill(Number(await readFile(`${lab.directory}/relay.pid`, 'utf8')), 'SIGTERM');
    }
  } finally {
    await run('ip', ['netns', 'delete', router]);
  }
});

it('asks other servers for their domains, and nobody for those that are its own', async () => {
  // A server of another network is who is asked.
  await lab.host('ip', 'address', 'add', '10.0.0.2/32', 'dev', 'lo');
  const asked = await lab.open({ directory: `${lab.directory}/asked` });
  await asked.ensure({
    key: 'asked',
    interface: 'lo',
    network: '10.0.0.2/32',
    serverAddress: '10.0.0.2',
    names: [
      { name: 'a.corp.example', address: '192.0.2.7' },
      { name: 'b.other.example', address: '192.0.2.8' },
      { name: 'c.own.example', address: '198.51.100.9' },
    ],
  });
  await lab.dhcp.ensure({
    ...network,
    upstreamServers: ['10.0.0.2'],
    forwarders: [
      { domain: 'corp.example', servers: ['10.0.0.2'] },
      { domain: '192.0.2.0/24', servers: ['10.0.0.2'] },
      { domain: '198.51.100.0/24', servers: [] },
      { domain: 'own.example', servers: [] },
    ],
  });
  await lab.lease();
  expect(await lab.ask('a.corp.example')).toEqual(['192.0.2.7']);
  expect(await lab.ask('b.other.example')).toEqual(['192.0.2.8']);
  expect(await lab.ask('c.own.example')).toEqual([]);
  expect(await lab.askNames('192.0.2.7')).toEqual(['a.corp.example']);
  expect(await lab.askNames('198.51.100.9')).toEqual([]);
  await asked.remove('asked');
  await asked.close();
});
