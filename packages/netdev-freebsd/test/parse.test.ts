import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { addressesOf } from '../src/parse/address.js';
import { parseInterfaces } from '../src/parse/ifconfig.js';
import { linksOf } from '../src/parse/link.js';
import { parseArp, parseNdp } from '../src/parse/neighbour.js';
import { parseCounted, parseRoutes } from '../src/parse/netstat.js';
import { routesOf } from '../src/parse/route.js';

/** In the format of sbin/ifconfig, values invented. */
const sample = readFileSync(new URL('data/ifconfig-a.txt', import.meta.url), 'utf8');
const shown = parseInterfaces(sample);
const counted = new Map(shown.map(({ name }, place) => [name, { index: place + 1 }]));
const links = linksOf(shown, counted);
const link = (name: string) => links.find((one) => one.name === name);

describe('what ifconfig shows', () => {
  it('is read in blocks, each line by its first word', () => {
    expect(links.map(({ name, kind, mtu, mac }) => [name, kind, mtu, mac])).toEqual([
      ['em0', 'physical', 1500, '00:0c:29:aa:bb:cc'],
      ['lo0', 'loopback', 16384, undefined],
      ['br100', 'bridge', 1500, '58:9c:fc:10:d6:22'],
      ['tap-g1', 'tap', 1500, '58:9c:fc:10:ff:a4'],
      ['epair0a', 'veth', 1500, '02:00:00:00:00:01'],
      ['em0.42', 'vlan', 1500, '00:0c:29:aa:bb:cc'],
    ]);
    expect(link('em0')?.alias).toBe('uplink of rack 4');
    expect(link('em0.42')).toMatchObject({ vlanId: 42, parent: 'em0' });
  });

  it('says of a bridge who is in it and how; PROMISC of a port is nobody’s wish', () => {
    expect(link('tap-g1')).toMatchObject({
      master: 'br100',
      port: { hairpin: false, isolated: false, learning: true, flood: true },
    });
    expect(link('tap-g1')?.flags.has('promiscuous')).toBe(false);
    expect(link('em0')?.master).toBe('br100');
    // em0 takes part in the spanning tree, so that the bridge's own delay matters.
    expect(link('br100')?.bridge).toEqual({
      stp: true,
      forwardDelay: 15,
      ageingTime: 1200,
      vlanFiltering: false,
      priority: 32768,
      helloTime: 2,
      maxAge: 20,
    });
  });

  it('has addresses with a mask in hex, a zone, or as the only one of their network', () => {
    expect(
      shown
        .flatMap(addressesOf)
        .map(({ link: name, cidr, broadcast, scope, tentative }) => [
          name,
          cidr,
          broadcast,
          scope,
          tentative,
        ]),
    ).toEqual([
      ['em0', '192.0.2.10/24', '192.0.2.255', 'global', false],
      ['em0', '192.0.2.24/32', undefined, 'global', false],
      ['em0', 'fe80::20c:29ff:feaa:bbcc/64', undefined, 'link', false],
      ['em0', '2001:db8::10/64', undefined, 'global', true],
      ['lo0', '::1/128', undefined, 'host', false],
      ['lo0', 'fe80::1/64', undefined, 'link', false],
      ['lo0', '127.0.0.1/8', undefined, 'host', false],
      ['br100', '10.0.0.1/24', '10.0.0.255', 'global', false],
      ['em0.42', '10.42.0.1/24', '10.42.0.255', 'global', false],
    ]);
  });

  it('is not misled by a description that looks like another line', () => {
    const [one] = parseInterfaces(
      'tap0: flags=8802<BROADCAST,SIMPLEX,MULTICAST> metric 0 mtu 1500\n\tdescription: \tether 02:00:00:00:00:09\n\tether 02:00:00:00:00:01\n',
    );
    expect([one?.ether, one?.description]).toEqual(['02:00:00:00:00:01', '\tether 02:00:00:00:00:09']);
  });
});

describe('what netstat shows', () => {
  const entry = (destination: string, gateway: string, flags: string, netif = 'em0') => ({
    destination,
    gateway,
    flags,
    'interface-name': netif,
  });
  const read = (family: string, ...entries: object[]) =>
    routesOf(
      parseRoutes(
        JSON.stringify({
          statistics: {
            'route-information': {
              'route-table': { 'rt-family': [{ 'address-family': family, 'rt-entry': entries }] },
            },
          },
        }),
      ),
    ).map(({ destination, via, link: by, protocol, scope, kind }) => [
      destination,
      via,
      by,
      protocol,
      scope,
      kind,
    ]);

  it('is read as routes, without those to own addresses', () => {
    expect(
      read(
        'Internet',
        entry('default', '192.0.2.1', 'UGS'),
        entry('203.0.113.0/24', 'link#1', 'US'),
        entry('192.0.2.0/24', 'link#1', 'U'),
        entry('192.0.2.10', 'link#1', 'UHS', 'lo0'),
        entry('198.51.100.7', '192.0.2.2', 'UGHS'),
        entry('198.51.100.0/24', '127.0.0.1', 'UGSB', 'lo0'),
      ),
    ).toEqual([
      ['0.0.0.0/0', '192.0.2.1', 'em0', 'static', 'global', 'unicast'],
      ['203.0.113.0/24', undefined, 'em0', 'static', 'link', 'unicast'],
      ['192.0.2.0/24', undefined, 'em0', 'kernel', 'link', 'unicast'],
      ['198.51.100.7/32', '192.0.2.2', 'em0', 'static', 'global', 'unicast'],
      ['198.51.100.0/24', undefined, undefined, 'static', 'global', 'blackhole'],
    ]);
    expect(
      read('Internet6', entry('default', 'fe80::1%em0', 'UGS'), entry('fe80::%em0/64', 'link#1', 'U')),
    ).toEqual([
      ['::/0', 'fe80::1', 'em0', 'static', 'global', 'unicast'],
      ['fe80::/64', undefined, 'em0', 'kernel', 'global', 'unicast'],
    ]);
  });
});

describe('what netstat counts', () => {
  const packets = '"received-packets":1,"received-errors":2,"dropped-packets":3,"received-bytes":4';
  const sent = '"sent-packets":5,"send-errors":6,"sent-bytes":7,"collisions":8';
  const of = (name: string, network: string, fields: string): string =>
    `{"name":"${name}","flags":"0x8843","mtu":1500,"network":"${network}","address":"x",${fields}}`;
  const read = (...entries: string[]) =>
    parseCounted(`{"__version": "2", "statistics": {"interface": [${entries.join(', ')}]}}`);

  it('is told by interface, what was dropped on the way in apart from what was on the way out', () => {
    expect(
      read(
        of('em0', '<Link#1>', `${packets},${sent},"dropped-packets":9`),
        of('em0', '192.0.2.0/24', '"received-packets":77,"sent-packets":77'),
        of('lo0', '<Link#2>', `${packets},${sent},"dropped-packets":0`),
      ),
    ).toMatchObject(
      new Map([
        [
          'em0',
          {
            index: 1,
            statistics: {
              ...{ rxPackets: 1n, rxErrors: 2n, rxDropped: 3n, rxBytes: 4n },
              ...{ txPackets: 5n, txErrors: 6n, txBytes: 7n, txDropped: 9n },
            },
          },
        ],
        ['lo0', { index: 2 }],
      ]),
    );
  });

  it('is left out where not all of it is told', () => {
    expect(read(of('em0', '<Link#1>', `${packets},${sent}`)).get('em0')).toEqual({ index: 1 });
  });
});

describe('neighbours', () => {
  const mac = '02:00:00:00:00:01';

  it('of arp are set, learned, stale or asked for', () => {
    const cache = [
      { hostname: '?', 'ip-address': '192.0.2.1', 'mac-address': mac, interface: 'em0', permanent: true },
      { hostname: '?', 'ip-address': '192.0.2.2', 'mac-address': mac, interface: 'em0', expires: 1200 },
      { hostname: '?', 'ip-address': '192.0.2.3', 'mac-address': mac, interface: 'em0', expired: true },
      { hostname: '?', 'ip-address': '192.0.2.4', incomplete: true, interface: 'br100', expires: 3 },
    ];
    expect(
      parseArp(JSON.stringify({ __version: '1', arp: { 'arp-cache': cache } })).map(
        ({ address, link, mac: its, state }) => [address, link, its, state],
      ),
    ).toEqual([
      ['192.0.2.1', 'em0', mac, 'permanent'],
      ['192.0.2.2', 'em0', mac, 'reachable'],
      ['192.0.2.3', 'em0', mac, 'stale'],
      ['192.0.2.4', 'br100', undefined, 'incomplete'],
    ]);
    expect(parseArp('{"__version": "1", "arp": {"arp-cache": []}}')).toEqual([]);
  });

  it('of ndp have their states and say who is a router', () => {
    const text = `Neighbor                             Linklayer Address  Netif Expire    S Flags
fe80::1%em0                          02:00:00:00:00:01    em0 23h59m58s S R
2001:db8::9                          02:00:00:00:00:01    em0 permanent R 
2001:db8::a                          (incomplete)       br100 1s        I  3
2001:db8::b                          02:00:00:00:00:01    em0 expired   ? 
`;
    expect(parseNdp(text)).toEqual([
      { link: 'em0', address: 'fe80::1', mac, state: 'stale', router: true },
      { link: 'em0', address: '2001:db8::9', mac, state: 'permanent', router: false },
      { link: 'br100', address: '2001:db8::a', state: 'incomplete', router: false },
      { link: 'em0', address: '2001:db8::b', mac, state: 'none', router: false },
    ]);
  });
});
