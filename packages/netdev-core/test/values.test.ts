import { describe, expect, it } from 'vitest';
import {
  cidrAddress,
  contains,
  InvalidArgumentError,
  ipFamily,
  ipFromBytes,
  ipFromNumber,
  ipToBytes,
  ipToNumber,
  ipv4FromNumber,
  ipv4ToNumber,
  isUnicast,
  lastAddress,
  netmask,
  networkOf,
  parseCidr,
  parseDomainName,
  parseHostName,
  parseInterfaceName,
  parseIpAddress,
  parseKey,
  parseLinkName,
  parseMacAddress,
  parseMtu,
  parseNetwork,
  parsePciAddress,
  parsePort,
  parsePortRange,
  parseUnicastMac,
  parseVlanId,
  prefixLength,
} from '../src/index.js';
import { hostileStrings } from './hostile.js';

type Parser = (value: unknown, field?: string) => unknown;

const types: [string, Parser, accepted: unknown[], refused: unknown[]][] = [
  [
    'InterfaceName',
    parseInterfaceName,
    ['lo', 'eth0', 'br-0', 'eth0.100', 'a'.repeat(15), '_x', '0'],
    ['a'.repeat(16), 'eth0:1', 'br/0', '-eth0', '.eth0', 7, null, undefined, {}, ['eth0']],
  ],
  [
    'LinkName',
    parseLinkName,
    ['lo', 'a'.repeat(127), 'enp0s31f6.7'],
    ['a'.repeat(128), 'eth0:1', '-eth0', '.eth0', '', null],
  ],
  [
    'MacAddress',
    parseMacAddress,
    ['02:00:5e:10:00:01', 'ff:ff:ff:ff:ff:ff'],
    [
      '02:00:5e:10:00',
      '02:00:5e:10:00:01:02',
      '02-00:5e-10:00:01',
      '0200.5e10.0001',
      'g2:00:5e:10:00:01',
      '02:00:5e:10:00:01\n',
    ],
  ],
  [
    'unicast MacAddress',
    parseUnicastMac,
    ['02:00:5e:10:00:01'],
    ['01:00:5e:00:00:01', 'ff:ff:ff:ff:ff:ff', '00:00:00:00:00:00'],
  ],
  [
    'IpAddress',
    parseIpAddress,
    ['192.0.2.1', '0.0.0.0', '2001:db8::1', '::', '::ffff:192.0.2.1'.replace('192.0.2.1', 'c000:201')],
    [
      '192.0.2',
      '192.0.2.256',
      '010.0.0.1',
      '0x7f.1',
      '2130706433',
      '1.2.3.4 ',
      '1.2.3.4/24',
      'fe80::1%eth0',
      ':::',
      '1::2::3',
      'g::1',
      '::1.2.3.4%eth0',
      '::1.2.3.4%',
      '::1.2.3',
      '::1.2.3.256',
      '::01.2.3.4',
      '::ffff:010.0.0.1',
      '::ffff:0x1.2.3.4',
      '1.2.3.4::',
      '::1.2.3.4:5',
      '::1.2.3.4/96',
      '1:2:3:4:5:6:7:1.2.3.4',
      '1:2:3:4:5:1.2.3.4',
      1,
    ],
  ],
  [
    'Cidr',
    parseCidr,
    ['192.0.2.10/24', '0.0.0.0/0', '2001:db8::1/64', '::/0'],
    [
      '192.0.2.10/33',
      '192.0.2.10/024',
      '192.0.2.10/',
      '192.0.2.10/-1',
      '192.0.2.10/24/24',
      '2001:db8::1/129',
      '192.0.2.10/255.255.255.0',
      '/24',
    ],
  ],
  ['Network', parseNetwork, ['192.0.2.0/24', '2001:db8::/32', '::/0'], ['192.0.2.10/24', '2001:db8::1/64']],
  [
    'HostName',
    parseHostName,
    ['web', 'web-1', '1a', 'a'.repeat(63)],
    ['a'.repeat(64), 'web.lab', '-web', 'web-', 'we_b'],
  ],
  [
    'DomainName',
    parseDomainName,
    ['lab', 'lab.example', 'a.b.c'],
    ['lab.', '.lab', 'a..b', `${'a.'.repeat(127)}b`, '-a.b', 'a_b.c'],
  ],
  [
    'PciAddress',
    parsePciAddress,
    ['0000:04:10.1', 'ffff:ff:1f.7', '10000:e1:00.0'],
    [
      '04:10.1',
      '0000:04:10',
      '0000:04:10.8',
      '0000:04:20.0',
      '000:04:10.1',
      '../0000:04:10.1',
      '0000:04:10.1\n',
    ],
  ],
  [
    'Key',
    parseKey,
    ['floating/203.0.113.7', 'guest:1/a-b_c'],
    ['a//b', '/a', 'a/', 'a/../b', 'a/./b', 'a'.repeat(129), 'a/-b'],
  ],
];

describe.each(types)('%s', (_, parse, accepted, refused) => {
  it.each(accepted)('takes %j as it is', (value) => {
    expect(parse(value)).toBe(value);
  });

  it('refuses every hostile string and names the field', () => {
    for (const value of [...hostileStrings, ...refused]) {
      const attempt = () => parse(value, 'guests[2].field');
      expect(attempt, JSON.stringify(value)).toThrow(InvalidArgumentError);
      expect(attempt).toThrow(
        expect.objectContaining({ code: 'INVALID_ARGUMENT', field: 'guests[2].field' }),
      );
    }
  });

  it('shows what was refused on one printable line', () => {
    for (const value of hostileStrings) {
      const message = (() => {
        try {
          parse(value);
          return '';
        } catch (error) {
          return (error as Error).message;
        }
      })();
      expect(message).toMatch(/^[\x20-\x7e\u00a1-\u{1ffff}]*$/u);
      expect(message).not.toContain('\u202e');
      expect(message.length).toBeLessThan(300);
    }
  });
});

describe('canonical forms', () => {
  it('lower-cases MAC addresses and takes dashes', () => {
    expect(parseMacAddress('02-00-5E-10-00-AB')).toBe('02:00:5e:10:00:ab');
  });

  it('writes IPv6 as RFC 5952 does', () => {
    expect(parseIpAddress('2001:0DB8:0:0:1:0:0:1')).toBe('2001:db8::1:0:0:1');
    expect(parseCidr('2001:DB8::0001')).toBe('2001:db8::1/128');
  });

  it.each([
    ['::1.2.3.4', '::102:304'],
    ['::0.0.0.1', '::1'],
    ['0:0:0:0:0:0:1.2.3.4', '::102:304'],
    ['::ffff:1.2.3.4', '::ffff:102:304'],
    ['::FFFF:255.255.255.255', '::ffff:ffff:ffff'],
    ['::ffff:0:1.2.3.4', '::ffff:0:102:304'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['1:2:3:4:5::0.0.0.0', '1:2:3:4:5::'],
  ])('reads the IPv4 address at the end of %s as its last four bytes', (text, canonical) => {
    expect(parseIpAddress(text)).toBe(canonical);
    expect(parseCidr(`${text}/96`)).toBe(`${canonical}/96`);
    expect(parseIpAddress(text, 'address', 'ipv6')).toBe(canonical);
  });

  it('takes a bare address for a single host', () => {
    expect(parseCidr('192.0.2.1')).toBe('192.0.2.1/32');
  });

  it('lower-cases names', () => {
    expect(parseHostName('WEB')).toBe('web');
    expect(parseDomainName('Lab.Example')).toBe('lab.example');
  });

  it('refuses an address of the other family', () => {
    expect(() => parseIpAddress('192.0.2.1', 'via', 'ipv6')).toThrow(/via.*not an IPv6 address/);
  });

  it('suggests the network that was meant', () => {
    expect(() => parseNetwork('192.0.2.10/24')).toThrow('did you mean 192.0.2.0/24?');
  });
});

describe('arithmetic', () => {
  it.each([
    ['192.0.2.130/25', '192.0.2.128/25', '192.0.2.255', '255.255.255.128'],
    ['10.1.2.3/8', '10.0.0.0/8', '10.255.255.255', '255.0.0.0'],
    ['192.0.2.1/32', '192.0.2.1/32', '192.0.2.1', '255.255.255.255'],
    ['192.0.2.1/0', '0.0.0.0/0', '255.255.255.255', '0.0.0.0'],
    [
      '2001:db8::ff:1/121',
      '2001:db8::ff:0/121',
      '2001:db8::ff:7f',
      'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff80',
    ],
  ])('of %s', (text, network, last, mask) => {
    const cidr = parseCidr(text);
    expect([networkOf(cidr), lastAddress(cidr), netmask(cidr)]).toEqual([network, last, mask]);
  });

  it.each([
    ['192.0.2.0/24', '192.0.2.77', true],
    ['192.0.2.0/24', '192.0.3.1', false],
    ['192.0.2.0/24', '192.0.2.128/25', true],
    ['192.0.2.0/24', '192.0.0.0/16', false],
    ['192.0.2.0/24', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
  ])('%s contains %s: %s', (network, inner, expected) => {
    expect(contains(parseNetwork(network), parseCidr(inner))).toBe(expected);
  });

  it('turns addresses into bytes and back', () => {
    for (const text of ['192.0.2.1', '2001:db8::1'])
      expect(ipFromBytes(ipToBytes(parseIpAddress(text)))).toBe(text);
    expect(() => ipFromBytes(new Uint8Array(5))).toThrow(InvalidArgumentError);
  });

  it.each([
    ['0.0.0.0', 0n],
    ['192.0.2.1', 0xc0000201n],
    ['255.255.255.255', 0xffffffffn],
    ['::', 0n],
    ['2001:db8::1', 0x20010db8000000000000000000000001n],
    ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 2n ** 128n - 1n],
  ])('turns %s into a number and back', (text, number) => {
    const address = parseIpAddress(text);
    expect(ipToNumber(address)).toBe(number);
    expect(ipFromNumber(number, ipFamily(address))).toBe(text);
    if (ipFamily(address) === 'ipv6') return;
    expect(ipv4ToNumber(address)).toBe(Number(number));
    expect(ipv4FromNumber(Number(number))).toBe(text);
  });

  it('takes an address and its length apart', () => {
    expect([cidrAddress(parseCidr('192.0.2.1/24')), prefixLength(parseCidr('192.0.2.1/24'))]).toEqual([
      '192.0.2.1',
      24,
    ]);
  });

  it('knows which addresses are of one host', () => {
    const unicast = ['0.0.0.0', '224.0.0.1', '255.255.255.255', 'ff02::1', '::', '192.0.2.1', '2001:db8::1'];
    expect(unicast.filter((text) => isUnicast(parseIpAddress(text)))).toEqual(['192.0.2.1', '2001:db8::1']);
  });
});

describe('numbers', () => {
  it.each<[Parser, number[], unknown[]]>([
    [parsePort, [1, 80, 65535], [0, 65536, 1.5, Number.NaN, '80', null]],
    [parseVlanId, [0, 4094], [-1, 4095, '7']],
    [parseMtu, [68, 1500, 65536], [67, 65537, -1]],
  ])('are taken within their bounds', (parse, accepted, refused) => {
    for (const value of accepted) expect(parse(value)).toBe(value);
    for (const value of refused) expect(() => parse(value, 'n')).toThrow(InvalidArgumentError);
  });

  it('may be an ascending pair of ports', () => {
    expect(parsePortRange([1000, 2000])).toEqual([1000, 2000]);
    for (const bad of [[2000, 1000], [1], [1, 2, 3], [0, 1], '1-2']) {
      expect(() => parsePortRange(bad)).toThrow(InvalidArgumentError);
    }
  });
});
