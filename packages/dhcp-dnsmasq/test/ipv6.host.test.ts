import { access, readFile } from 'node:fs/promises';
import type { DhcpEvent, DhcpOption, DhcpSubnet } from 'netdev-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask6 } from './dhcpv6-client.js';
import { type Lab, mac, makeLab, network } from './lab.js';

let lab: Lab;
beforeEach(async () => {
  lab = await makeLab();
});
afterEach(() => lab.close());

const subnet: DhcpSubnet = {
  network: 'fd00:1::/64',
  serverAddress: 'fd00:1::1',
  ranges: [{ first: 'fd00:1::100', last: 'fd00:1::1ff' }],
  leaseTime: 600,
};

it('gives a host that is known by its DUID its address, added while the server runs', async () => {
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  await lab.dhcp.ensure({ ...network, subnets: [{ ...subnet, ranges: [] }] });
  const host = { duid: `00:03:00:01:${mac}`, address: 'fd00:1::77', hostname: 'six' };
  expect(await lab.dhcp.ensureHost('lab', host)).toEqual({ change: 'added' });
  expect(await ask6(lab)).toMatchObject({ ip6_address: 'fd00:1::77' });
  // Its place goes, and with it the lease, without a restart.
  expect(await lab.dhcp.removeHost('lab', { duid: host.duid })).toEqual({ change: 'reloaded' });
  expect(await lab.dhcp.leases('lab')).toEqual([]);
});

it('gives a host of both families its addresses, by its MAC address, with options and a lease time of its own', async () => {
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  const ownOption: DhcpOption = { option: 'domain-search', values: ['own.example'], family: 'ipv6' };
  const address = ['10.0.0.11', 'fd00:1::77'];
  await lab.dhcp.ensure({
    ...network,
    subnets: [{ ...subnet, dnsServers: ['fd00:1::53', 'fd00:1::1'] }],
    hosts: [{ mac, address, hostname: 'web', leaseTime: 900, classes: ['own'], options: [ownOption] }],
    options: [
      // 31: the time servers (RFC 4075).
      { option: 31, values: ['fd00:1::123'], family: 'ipv6' },
      { option: 'information-refresh-time', values: ['700'], family: 'ipv6', class: 'own' },
      { option: 'domain-search', values: ['all.example'], family: 'ipv6' },
    ],
  });
  const config = 'also request dhcp6.sntp-servers, dhcp6.info-refresh-time;\n';
  expect(await ask6(lab, { config })).toMatchObject({
    ip6_address: 'fd00:1::77',
    max_life: '900',
    dhcp6_name_servers: 'fd00:1::53 fd00:1::1',
    dhcp6_domain_search: 'own.example.',
    dhcp6_sntp_servers: 'fd00:1::123',
    dhcp6_info_refresh_time: '700',
  });
  expect(await lab.lease()).toMatchObject({ ip: '10.0.0.11', lease: '900' });
  expect(await lab.askIpv6('web.lab.example')).toEqual(['fd00:1::77']);
  expect(await lab.askNames('fd00:1::77')).toEqual(['web.lab.example']);
  expect(await lab.askNames('10.0.0.11')).toEqual(['web.lab.example']);
});

it('gives the address of a host to another one, by MAC addresses, while the first holds its lease', async () => {
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  const [first, second] = [mac, '02:00:00:00:00:02'];
  const moved = (at: string, other: string) => ({
    ...network,
    subnets: [{ ...subnet, ranges: [] }],
    hosts: [
      { mac: first, address: at },
      { mac: second, address: other },
    ],
  });
  await lab.dhcp.ensure(moved('fd00:1::77', 'fd00:1::78'));
  expect(await ask6(lab)).toMatchObject({ ip6_address: 'fd00:1::77' });
  expect(await lab.dhcp.ensure(moved('fd00:1::79', 'fd00:1::77'))).toEqual({ change: 'reloaded' });
  await lab.guest('ip', 'link', 'set', 'eth0', 'down');
  await lab.guest('ip', 'link', 'set', 'eth0', 'address', second, 'up');
  expect(await ask6(lab)).toMatchObject({ ip6_address: 'fd00:1::77' });
});

it('answers no unknown IPv6 client where those are ignored', async () => {
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  await lab.dhcp.ensure({ ...network, hosts: [], subnets: [subnet], unknownClients: 'ignore' });
  await expect(ask6(lab, { config: 'timeout 2;' })).rejects.toThrow('status 2');
  await lab.dhcp.ensureHost('lab', { duid: `00:03:00:01:${mac}` });
  expect(await ask6(lab)).toMatchObject({ ip6_address: expect.stringMatching(/^fd00:1::1/) });
});

it('tells of an IPv6 lease with its client and interface, lists it, and takes it back', async () => {
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  await lab.dhcp.ensure({ ...network, subnets: [subnet] });
  const events: DhcpEvent[] = [];
  const listening = (async () => {
    for await (const event of lab.dhcp.events('lab')) events.push(event);
  })();

  const { ip6_address: address } = await ask6(lab);
  const lease = {
    address,
    duid: `00:03:00:01:${mac}`,
    iaid: expect.any(Number),
    expires: expect.any(Date),
  };
  await expect.poll(() => lab.dhcp.leases('lab')).toEqual([lease]);
  await expect
    .poll(() => events.find(({ type }) => type === 'added'))
    .toMatchObject({ lease: { ...lease, mac } });
  expect(await lab.dhcp.release('lab', String(address))).toBe(true);
  expect(await lab.dhcp.leases('lab')).toEqual([]);
  expect(await lab.dhcp.release('lab', String(address))).toBe(false);
  await expect
    .poll(() => events.at(-1))
    .toMatchObject({ type: 'removed', lease: { address, duid: lease.duid, iaid: lease.iaid } });
  await lab.dhcp.close();
  await listening;
});

it('keeps an IPv6 lease in the journal over the end of the server, and the server its DUID', async () => {
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  const dhcp = await lab.open({ leaseStore: 'journal' });
  await dhcp.ensure({ ...network, subnets: [subnet] });
  const { ip6_address: address } = await ask6(lab);
  await expect.poll(() => dhcp.leases('lab'), { timeout: 10_000 }).toMatchObject([{ address }]);
  process.kill(await lab.pid(), 'SIGKILL');
  await expect.poll(async () => (await dhcp.list())[0]?.running, { timeout: 10_000 }).toBe(false);
  expect(await dhcp.ensure({ ...network, subnets: [subnet] })).toEqual({ change: 'started' });
  // A server takes back what it knows, and from who calls it by its DUID (RFC 8415, 16.9).
  expect(await dhcp.release('lab', String(address))).toBe(true);
  expect(await dhcp.leases('lab')).toEqual([]);
  await dhcp.close();
});

it.each([
  ['honest', 'honest'],
  ['$(touch /run/pwned6)', undefined],
  ['a b;`touch /run/pwned6`', undefined],
  ['\u001b[31m', undefined],
  ['x\n9 add y', undefined],
])('gives an IPv6 guest that calls itself %j no say but of an honest name', async (name, hostname) => {
  await lab.host('ip', 'address', 'add', 'fd00:1::1/64', 'dev', 'br0', 'nodad');
  await lab.dhcp.ensure({ ...network, subnets: [subnet] });
  const events = lab.dhcp.events('lab')[Symbol.asyncIterator]();
  const bytes = [...Buffer.from(name)].map((byte) => byte.toString(16).padStart(2, '0'));
  const length = bytes.length.toString(16).padStart(2, '0');
  const hex = (...words: string[]) => words.join(':');
  const duid = hex('00:02:00:00:01:37', ...bytes);
  // The name (RFC 4704), the classes (RFC 8415, 21.15 and 21.16) and the DUID (11.3) all have it.
  const config = [
    `send dhcp6.fqdn ${hex('00', length, ...bytes, '00')};`,
    `send dhcp6.user-class ${hex('00', length, ...bytes)};`,
    `send dhcp6.vendor-class ${hex('00:00:01:37', '00', length, ...bytes)};`,
    `send dhcp6.client-id ${duid};`,
  ];
  const { ip6_address: address } = await ask6(lab, { config: config.join('\n') });
  const { value: event } = await events.next();
  expect(event).toMatchObject({ type: 'added', lease: { address, mac, duid } });
  expect(event.lease.hostname).toBe(hostname);
  expect(await lab.dhcp.leases('lab')).toMatchObject([{ address, duid }]);
  const log = await readFile(`${lab.directory}/servers/lab/log`, 'utf8');
  expect(log.split('\n').filter((line) => !/^(?:dnsmasq(?:-dhcp)?\[\d+\]: [ -~]+)?$/.test(line))).toEqual([]);
  await expect(access('/run/pwned6')).rejects.toThrow();
});
