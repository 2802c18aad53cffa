import type { Intent } from 'netdev-core';
import { macs } from './macs.js';

const network = '10.1.0.0/24';
const outside = '203.0.113.2';

/** Every kind of intent, for the bridges and neighbours of the lab. */
export const groups: Readonly<Record<string, readonly Intent[]>> = {
  host: [
    { kind: 'accept-input', interface: 'br-a', protocol: 'udp', ports: 67 },
    { kind: 'accept-input', interface: 'br-b', protocol: 'tcp', ports: [80, 90] },
    { kind: 'accept-input', source: network, destination: '10.1.0.1', protocol: 'icmp' },
    { kind: 'accept-input', source: 'fd00:1::/64', protocol: 'icmpv6' },
  ],
  'network/a': [
    { kind: 'forward-policy', bridge: 'br-a', policy: 'outbound' },
    { kind: 'source-nat', source: network, interface: 'uplink', to: outside },
    { kind: 'source-nat', source: 'fd00:1::/64', interface: 'uplink', to: 'masquerade' },
  ],
  'network/b': [{ kind: 'forward-policy', bridge: 'br-b', policy: 'closed' }],
  vpn: [{ kind: 'no-nat', source: network, destination: '198.51.100.0/24' }],
  'floating/203.0.113.50': [
    {
      kind: 'floating-address',
      floating: '203.0.113.50',
      fixed: '10.1.0.11',
      interface: 'uplink',
      hairpin: network,
    },
  ],
  'floating/2001:db8::50': [
    { kind: 'floating-address', floating: '2001:db8::50', fixed: 'fd00:1::11', hairpin: 'fd00:1::/64' },
  ],
  'port/8080': [
    {
      kind: 'port-forward',
      address: outside,
      protocol: 'tcp',
      port: 8080,
      toAddress: '10.1.0.12',
      toPort: 80,
      hairpin: network,
    },
  ],
  'port/53': [{ kind: 'port-forward', address: outside, protocol: 'udp', port: 53, toAddress: '10.2.0.11' }],
  metadata: [
    {
      kind: 'redirect',
      interface: 'br-a',
      source: network,
      protocol: 'tcp',
      address: '169.254.169.254',
      port: 80,
      toAddress: '10.1.0.1',
      toPort: 8775,
    },
  ],
  isolated: [
    { kind: 'isolate-address', interface: 'p-b1', address: '10.2.0.1' },
    { kind: 'isolate-address', interface: 'p-b1', address: 'fd00:2::1' },
  ],
  guarded: [{ kind: 'dhcp-guard', ports: ['p-a1'] }],
};

/** Guests in security groups: `a2` and `b1`, which may send what its group allows only. */
export const guestGroups: Readonly<Record<string, readonly Intent[]>> = {
  'sg/web': [
    {
      kind: 'security-group',
      name: 'web',
      rules: [
        { direction: 'in', protocol: 'tcp', ports: [80, 90] },
        { direction: 'in', protocol: 'icmp', icmpType: 8 },
        { direction: 'in', protocol: 'icmpv6', icmpType: 128, icmpCode: 0 },
        { direction: 'out', protocol: 'udp', ports: 53, remote: '203.0.113.0/24' },
        { direction: 'out', protocol: 'tcp', remote: { group: 'db' } },
      ],
    },
  ],
  'sg/db': [
    {
      kind: 'security-group',
      name: 'db',
      rules: [
        { direction: 'in', protocol: 'tcp', ports: 5432, remote: { group: 'web' } },
        ...Array.from(
          { length: 20 },
          (_, index) =>
            ({ direction: 'in', protocol: 'udp', ports: 9, remote: `203.0.${100 + index}.0/24` }) as const,
        ),
      ],
      members: ['198.51.100.0/25'],
    },
  ],
  'guest/a2': [
    {
      kind: 'guest',
      port: 'p-a2',
      bridge: 'br-a',
      mac: macs.a2,
      addresses: ['10.1.0.12', 'fd00:1::12'],
      securityGroups: ['db'],
    },
  ],
  'guest/b1': [
    {
      kind: 'guest',
      port: 'p-b1',
      bridge: 'br-b',
      mac: macs.b1,
      addresses: ['10.2.0.11', 'fd00:2::11'],
      securityGroups: ['web', 'nothing'],
      out: 'groups',
    },
  ],
  'network/b': [{ kind: 'forward-policy', bridge: 'br-b', policy: 'open' }],
};
