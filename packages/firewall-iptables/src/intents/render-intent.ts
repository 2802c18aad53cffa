import type { Intent, IntentKind } from 'netdev-core';
import { kernelAddress } from '../iptables/kernel-address.js';
import type { FrameChain } from './frame.js';
import { endpoint, familiesOf, rule } from './match.js';
import { renderLetThrough } from './render-forwarding.js';
import type { RenderedRule } from './rendered-rule.js';

type Renderer<Kind extends IntentKind> = (intent: Extract<Intent, { kind: Kind }>) => RenderedRule[];

/** See `render-forwarding.ts`, `render-guest.ts` and `render-security-group.ts`. */
type RenderedElsewhere = 'forward-policy' | 'guest' | 'security-group';

/** The rules of each other intent by itself. */
const renderers: { [Kind in Exclude<IntentKind, RenderedElsewhere>]: Renderer<Kind> } = {
  'accept-input': ({ interface: name, source, destination, protocol, ports }) => {
    const families =
      protocol === 'icmp' ? ['ipv4' as const] : protocol === 'icmpv6' ? ['ipv6' as const] : undefined;
    return (families ?? familiesOf(source, destination)).map((family) => ({
      family,
      table: 'filter',
      chain: 'input',
      rank: 0,
      text: rule({ source, destination, in: name, protocol, ports }, 'ACCEPT'),
    }));
  },

  'source-nat': ({ source, destination, interface: name, to }) =>
    familiesOf(source).map((family) => ({
      family,
      table: 'nat',
      chain: 'post-snat',
      rank: 0,
      // Neighbours that the host routes between on one network keep their addresses.
      text: rule(
        { source, ...(destination === undefined ? { notDestination: source } : { destination }), out: name },
        to === 'masquerade' ? 'MASQUERADE' : `SNAT --to-source ${endpoint(to)}`,
      ),
    })),

  'no-nat': ({ source, destination }) =>
    familiesOf(source).map((family) => ({
      family,
      table: 'nat',
      chain: 'post-nonat',
      rank: 0,
      text: rule({ source, destination }, 'ACCEPT'),
    })),

  'port-forward': ({ address, protocol, port, toAddress, toPort = port, hairpin }) => {
    const [family = 'ipv4'] = familiesOf(address);
    const arriving = rule(
      { destination: address, protocol, ports: port },
      `DNAT --to-destination ${endpoint(toAddress, toPort)}`,
    );
    return [
      { family, table: 'nat', chain: 'pre-ports', rank: 0, text: arriving },
      { family, table: 'nat', chain: 'out-ports', rank: 0, text: arriving },
      ...hairpinRule(family, address, toAddress, hairpin, { protocol, ports: toPort }),
      renderLetThrough(address, { destination: toAddress, protocol, ports: toPort }),
    ];
  },

  redirect: ({ interface: name, source, protocol, address, port, toAddress, toPort }) => {
    const [family = 'ipv4'] = familiesOf(address);
    return [
      {
        family,
        table: 'nat',
        chain: 'pre-ports',
        rank: 0,
        text: rule(
          { source, destination: address, in: name, protocol, ports: port },
          `DNAT --to-destination ${endpoint(toAddress, toPort)}`,
        ),
      },
      {
        family,
        table: 'filter',
        chain: 'input',
        rank: 0,
        text: rule(
          { source, destination: toAddress, in: name, protocol, ports: toPort, states: 'DNAT' },
          'ACCEPT',
        ),
      },
      renderLetThrough(address, { source, destination: toAddress, in: name, protocol, ports: toPort }),
    ];
  },

  'floating-address': ({ floating, fixed, interface: name, hairpin }) => {
    const [family = 'ipv4'] = familiesOf(floating);
    const arriving = rule({ destination: floating }, `DNAT --to-destination ${endpoint(fixed)}`);
    return [
      { family, table: 'nat', chain: 'pre-float', rank: 0, text: arriving },
      { family, table: 'nat', chain: 'out-float', rank: 0, text: arriving },
      ...hairpinRule(family, floating, fixed, hairpin, {}),
      {
        family,
        table: 'nat',
        chain: 'post-float',
        rank: 0,
        text: rule({ source: fixed, out: name }, `SNAT --to-source ${endpoint(floating)}`),
      },
      renderLetThrough(floating, { destination: fixed }),
    ];
  },

  'isolate-address': ({ interface: name, address }) => {
    const [to, from, dhcp]: readonly [FrameMatch, FrameMatch, FrameMatch] = address.includes(':')
      ? [
          ['IPv6', `--ip6-dst ${kernelAddress(address)}`],
          ['IPv6', `--ip6-src ${kernelAddress(address)}`],
          ['IPv6', '--ip6-proto udp --ip6-dport 546:547'],
        ]
      : [
          ['ARP', `--arp-ip-dst ${address}`],
          ['ARP', `--arp-ip-src ${address}`],
          ['IPv4', '--ip-proto udp --ip-dport 67:68'],
        ];
    const drop = (chain: FrameChain, direction: '-i' | '-o', [protocol, match]: FrameMatch): RenderedRule =>
      dropFrame(chain, `-p ${protocol} ${direction} ${name} ${match}`);
    return [
      ...[to, from, dhcp].map((match) => drop('frames-in', '-i', match)),
      ...[from, dhcp].map((match) => drop('frames-out', '-o', match)),
      ...[to, from, dhcp].flatMap((match) => [
        drop('frames-fwd', '-i', match),
        drop('frames-fwd', '-o', match),
      ]),
    ];
  },

  'dhcp-guard': ({ ports }) =>
    ports.flatMap((port) =>
      [
        `-p IPv4 -i ${port} --ip-proto udp --ip-sport 67`,
        `-p IPv6 -i ${port} --ip6-proto udp --ip6-sport 547`,
        `-p IPv6 -i ${port} --ip6-proto ipv6-icmp --ip6-icmp-type router-advertisement`,
      ].map((match) => dropFrame('frames-fwd', match)),
    ),
};

/** A protocol of Ethernet, and what of it. */
type FrameMatch = readonly [protocol: string, match: string];

function dropFrame(chain: FrameChain, match: string): RenderedRule {
  return { family: 'bridge', table: 'filter', chain, rank: 0, text: `${match} -j DROP` };
}

/** The rules of one parsed intent. */
export function renderIntent(intent: Exclude<Intent, { kind: RenderedElsewhere }>): RenderedRule[] {
  return (renderers[intent.kind] as Renderer<typeof intent.kind>)(intent as never);
}

/**
 * A guest that reaches its neighbour by the address outside would get the answer from the one
 * inside, past the host; so towards the guest the host speaks with the address outside.
 */
function hairpinRule(
  family: 'ipv4' | 'ipv6',
  outside: string,
  inside: string,
  network: string | undefined,
  more: { protocol?: 'tcp' | 'udp' | 'sctp'; ports?: number },
): RenderedRule[] {
  if (network === undefined) return [];
  const match = {
    source: network,
    destination: inside,
    ...more,
    states: 'DNAT',
    originalDestination: outside,
  };
  return [
    {
      family,
      table: 'nat',
      chain: 'post-hair',
      rank: 0,
      text: rule(match, `SNAT --to-source ${endpoint(outside)}`),
    },
  ];
}
