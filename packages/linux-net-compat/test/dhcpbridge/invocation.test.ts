import { InvalidArgumentError } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { type Environment, parseInvocation } from '../../src/dhcpbridge/parse-invocation.js';

const now = new Date('2026-01-02T03:04:05Z');
const mac = '02:00:00:00:00:01';
const environment = { CONFIG_FILE: '["/etc/a.json", "/etc/b.json"]', NETWORK_ID: '7' };
const parse = (argv: string[], more: Environment = {}) =>
  parseInvocation(argv, { ...environment, ...more }, now);

describe('what dnsmasq calls', () => {
  it('is an event with what it says about the lease', () => {
    const told = { DNSMASQ_LEASE_EXPIRES: '1800000000', DNSMASQ_INTERFACE: 'br100' };
    expect(
      parse(['add', mac.toUpperCase(), '10.0.0.3', 'Web'], { ...told, DNSMASQ_CLIENT_ID: '01:02' }),
    ).toEqual({
      action: 'add',
      network: '7',
      configFiles: ['/etc/a.json', '/etc/b.json'],
      event: {
        action: 'add',
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        time: '2026-01-02T03:04:05.000Z',
        network: '7',
        interface: 'br100',
        lease: { address: '10.0.0.3', mac, hostname: 'web', clientId: '01:02', expires: 1_800_000_000 },
      },
    });
  });

  it('may come without what is not known', () => {
    expect(parse(['old', mac, '10.0.0.3'])).toMatchObject({
      event: { action: 'old', lease: { address: '10.0.0.3', mac } },
    });
  });

  it('knows leases without end, lengths instead of ends and other hardware', () => {
    const leaseOf = (more: Environment, hardware = mac) => parse(['old', hardware, '10.0.0.3'], more);
    expect(leaseOf({ DNSMASQ_LEASE_EXPIRES: '0' })).toMatchObject({ event: { lease: { expires: 0 } } });
    expect(leaseOf({ DNSMASQ_LEASE_LENGTH: '60' })).toMatchObject({
      event: { lease: { expires: now.getTime() / 1000 + 60 } },
    });
    expect(leaseOf({}, `06-${mac}`)).toMatchObject({ event: { lease: { mac: `06-${mac}` } } });
  });

  it('is nothing for us when the action is another', () => {
    for (const argv of [
      ['tftp', '5', '10.0.0.3', '/f'],
      ['arp-add', mac, '10.0.0.3'],
      ['relay-snoop'],
      [''],
    ]) {
      expect(parseInvocation(argv, {}, now)).toBeUndefined();
    }
  });

  it('takes configuration files from the command line behind those of the variable', () => {
    expect(parse(['--config-file', '/c', '--config-file=/d', 'init'])).toEqual({
      action: 'init',
      network: '7',
      configFiles: ['/etc/a.json', '/etc/b.json', '/c', '/d'],
    });
  });

  it.each([['--config-file=/evil'], ['--config-file', '/evil'], ['--help'], ['--']])(
    'never takes what follows the action for an option: %s',
    (...words) => {
      const invocation = parse(['add', mac, '10.0.0.3', ...words]);
      expect(invocation?.configFiles).toEqual(['/etc/a.json', '/etc/b.json']);
      expect(invocation).toHaveProperty('event.lease', { address: '10.0.0.3', mac });
    },
  );

  it.each(['$(id)', 'a b', 'a\nb', '*', '-x', 'x'.repeat(64), 'a_b', 'ａ'])(
    'has no name when the guest gives itself %j, and no client id of that form',
    (text) => {
      const invocation = parse(['add', mac, '10.0.0.3', text], { DNSMASQ_CLIENT_ID: text });
      expect(invocation).toHaveProperty('event.lease', { address: '10.0.0.3', mac });
    },
  );

  it.each<[string, string[], Environment]>([
    ['action', [], {}],
    ['command line', ['--nonsense', 'init'], {}],
    ['command line', ['--config-file'], {}],
    ['add.address', ['add'], {}],
    ['add.mac', ['add', 'x y', '10.0.0.3'], {}],
    ['add.address', ['add', mac, '10.0.0.300'], {}],
    ['add.address', ['add', mac, '2001:db8::1'], {}],
    ['DNSMASQ_LEASE_EXPIRES', ['add', mac, '10.0.0.3'], { DNSMASQ_LEASE_EXPIRES: 'soon' }],
    ['DNSMASQ_INTERFACE', ['add', mac, '10.0.0.3'], { DNSMASQ_INTERFACE: '../x' }],
    ['NETWORK_ID', ['init'], { NETWORK_ID: undefined }],
    ['NETWORK_ID', ['init'], { NETWORK_ID: '../x' }],
    ['CONFIG_FILE', ['init'], { CONFIG_FILE: undefined }],
    ['CONFIG_FILE', ['init'], { CONFIG_FILE: '[]' }],
    ['CONFIG_FILE', ['init'], { CONFIG_FILE: '/etc/a.json' }],
    ['CONFIG_FILE', ['init'], { CONFIG_FILE: '[7]' }],
  ])('is refused for its %s: %j %j', (field, argv, more) => {
    expect(() => parse(argv, more)).toThrow(expect.objectContaining({ field }));
    expect(() => parse(argv, more)).toThrow(InvalidArgumentError);
  });
});
