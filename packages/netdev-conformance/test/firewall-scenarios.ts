import assert from 'node:assert/strict';
import type { FirewallManager, Intent } from 'netdev-core';
import type { FirewallEnd, FirewallProbe } from '../src/firewall.js';

/** A connection that is tried: from where, to what, and the address that the server sees; `undefined`: no answer. */
type Tried = readonly [from: FirewallEnd, address: string, port: number, seen: string | undefined];

/** What is put, and what becomes of connections then. */
export interface FirewallScenario {
  name: string;
  /** The host refuses what nothing lets in. */
  refusesInput?: true;
  intents: readonly Intent[];
  tried: readonly Tried[];
}

const network = '10.1.0.0/24';
const outbound = (bridge: string): Intent => ({ kind: 'forward-policy', bridge, policy: 'outbound' });
const nat: Intent = { kind: 'source-nat', source: network, interface: 'uplink', to: '203.0.113.2' };
const floating: Intent = {
  kind: 'floating-address',
  floating: '203.0.113.50',
  fixed: '10.1.0.11',
  interface: 'uplink',
  hairpin: network,
};
const forward: Intent = {
  kind: 'port-forward',
  address: '203.0.113.2',
  protocol: 'tcp',
  port: 8080,
  toAddress: '10.1.0.11',
  toPort: 80,
  hairpin: network,
};
const metadata: Intent = {
  kind: 'redirect',
  interface: 'br-a',
  source: network,
  protocol: 'tcp',
  address: '169.254.169.254',
  port: 80,
  toAddress: '10.1.0.1',
  toPort: 8775,
};

/** Who listens, in every scenario. */
const servers: readonly (readonly [FirewallEnd, number])[] = [
  ['a1', 80],
  ['a1', 81],
  ['a2', 80],
  ['b1', 80],
  ['w1', 80],
  ['router', 8775],
];

/** The same for every backend: what one lets through and translates, all do. */
export const firewallScenarios: readonly FirewallScenario[] = [
  {
    name: 'nothing',
    intents: [],
    tried: [
      ['a1', '10.1.0.12', 80, '10.1.0.11'],
      ['a1', '10.2.0.11', 80, '10.1.0.11'],
      ['a1', '203.0.113.1', 80, '10.1.0.11'],
      ['a1', '10.1.0.1', 8775, '10.1.0.11'],
      ['a2', '10.1.0.11', 80, '10.1.0.12'],
      ['a2', '10.1.0.11', 81, '10.1.0.12'],
      ['a2', '10.2.0.11', 80, '10.1.0.12'],
      ['a2', '203.0.113.1', 80, '10.1.0.12'],
    ],
  },
  {
    name: 'a gateway with two networks',
    intents: [outbound('br-a'), outbound('br-b'), nat],
    tried: [
      ['a1', '10.1.0.12', 80, '10.1.0.11'],
      ['a1', '10.2.0.11', 80, undefined],
      ['a1', '203.0.113.1', 80, '203.0.113.2'],
      ['a1', '169.254.169.254', 80, undefined],
      ['a2', '10.2.0.11', 80, undefined],
      ['a2', '203.0.113.1', 80, '203.0.113.2'],
      ['a2', '203.0.113.50', 81, undefined],
      ['b1', '10.1.0.11', 80, undefined],
      ['b1', '10.1.0.11', 81, undefined],
      ['b1', '10.1.0.12', 80, undefined],
      ['b1', '203.0.113.50', 80, undefined],
      ['w1', '10.1.0.11', 80, undefined],
      ['w1', '10.1.0.11', 81, undefined],
      ['w1', '10.1.0.12', 80, undefined],
      ['w1', '10.2.0.11', 80, undefined],
    ],
  },
  {
    name: 'a floating address',
    intents: [outbound('br-a'), outbound('br-b'), nat, floating],
    tried: [
      ['a1', '10.1.0.12', 80, '10.1.0.11'],
      ['a1', '10.2.0.11', 80, undefined],
      ['a1', '203.0.113.1', 80, '203.0.113.50'],
      ['a1', '203.0.113.50', 80, '203.0.113.50'],
      ['a1', '203.0.113.50', 81, '203.0.113.50'],
      ['a1', '169.254.169.254', 80, undefined],
      ['a2', '10.2.0.11', 80, undefined],
      ['a2', '203.0.113.1', 80, '203.0.113.2'],
      ['a2', '203.0.113.2', 8080, undefined],
      ['a2', '203.0.113.50', 80, '203.0.113.50'],
      ['a2', '203.0.113.50', 81, '203.0.113.50'],
      ['b1', '10.1.0.11', 80, undefined],
      ['b1', '10.1.0.11', 81, undefined],
      ['b1', '10.1.0.12', 80, undefined],
      ['b1', '203.0.113.1', 80, '10.2.0.11'],
      ['b1', '203.0.113.50', 80, '10.2.0.11'],
    ],
  },
  {
    name: 'a closed network with a port forward',
    intents: [{ kind: 'forward-policy', bridge: 'br-a', policy: 'closed' }, forward],
    tried: [
      ['a1', '10.1.0.12', 80, '10.1.0.11'],
      ['a1', '10.2.0.11', 80, undefined],
      ['a1', '203.0.113.1', 80, undefined],
      ['a1', '203.0.113.2', 8080, '203.0.113.2'],
      ['a2', '10.1.0.11', 80, '10.1.0.12'],
      ['a2', '10.2.0.11', 80, undefined],
      ['a2', '203.0.113.1', 80, undefined],
      ['a2', '203.0.113.2', 8080, '203.0.113.2'],
      ['a2', '169.254.169.254', 80, undefined],
      ['b1', '10.1.0.11', 80, undefined],
      ['b1', '10.1.0.11', 81, undefined],
      ['b1', '10.1.0.12', 80, undefined],
      ['b1', '203.0.113.2', 8080, '10.2.0.11'],
      ['b1', '169.254.169.254', 80, undefined],
      ['w1', '10.1.0.11', 80, undefined],
      ['w1', '10.1.0.11', 81, undefined],
    ],
  },
  {
    name: 'the metadata service',
    refusesInput: true,
    intents: [outbound('br-a'), metadata],
    tried: [
      ['a1', '10.1.0.12', 80, '10.1.0.11'],
      ['a1', '203.0.113.50', 81, undefined],
      ['a1', '10.1.0.1', 8775, undefined],
      ['a1', '169.254.169.254', 80, '10.1.0.11'],
      ['a2', '203.0.113.2', 8080, undefined],
      ['a2', '10.1.0.1', 8775, undefined],
      ['a2', '169.254.169.254', 80, '10.1.0.12'],
      ['b1', '10.1.0.11', 80, undefined],
      ['b1', '10.1.0.11', 81, undefined],
      ['b1', '10.1.0.12', 80, undefined],
      ['b1', '203.0.113.50', 80, undefined],
      ['b1', '10.1.0.1', 8775, undefined],
      ['w1', '10.1.0.11', 80, undefined],
      ['w1', '10.1.0.11', 81, undefined],
      ['w1', '10.1.0.12', 80, undefined],
      ['w1', '10.1.0.1', 8775, undefined],
    ],
  },
  {
    name: 'a VPN that is not translated',
    intents: [nat, { kind: 'no-nat', source: network, destination: '203.0.113.0/24' }],
    tried: [
      ['a1', '10.1.0.12', 80, '10.1.0.11'],
      ['a2', '10.1.0.11', 80, '10.1.0.12'],
      ['a2', '169.254.169.254', 80, undefined],
      ['b1', '10.1.0.1', 8775, '10.2.0.11'],
    ],
  },
  {
    name: 'a network that is open to the uplink only',
    intents: [
      { kind: 'forward-policy', bridge: 'br-a', policy: 'open', interfaces: ['uplink'] },
      { kind: 'forward-policy', bridge: 'br-b', policy: 'open' },
    ],
    tried: [
      ['a1', '10.1.0.12', 80, '10.1.0.11'],
      ['a1', '10.2.0.11', 80, undefined],
      ['a2', '10.1.0.11', 80, '10.1.0.12'],
      ['a2', '10.2.0.11', 80, undefined],
      ['a2', '169.254.169.254', 80, undefined],
      ['b1', '10.1.0.11', 80, undefined],
      ['b1', '10.1.0.11', 81, undefined],
      ['b1', '10.1.0.12', 80, undefined],
      ['w1', '10.1.0.11', 80, '203.0.113.1'],
    ],
  },
  {
    name: 'input that is let in',
    refusesInput: true,
    intents: [{ kind: 'accept-input', interface: 'br-a', protocol: 'tcp', ports: [8770, 8779] }],
    tried: [
      ['a1', '10.1.0.12', 80, '10.1.0.11'],
      ['a2', '10.1.0.11', 80, '10.1.0.12'],
      ['a2', '169.254.169.254', 80, undefined],
      ['b1', '10.1.0.1', 8775, undefined],
      ['b1', '169.254.169.254', 80, undefined],
      ['w1', '10.1.0.1', 8775, undefined],
    ],
  },
  {
    name: 'a guest in a security group behind a floating address',
    intents: [
      nat,
      floating,
      {
        kind: 'guest',
        port: 'p-a1',
        bridge: 'br-a',
        mac: '02:00:5e:10:00:a1',
        addresses: ['10.1.0.11'],
        securityGroups: ['web'],
      },
      {
        kind: 'security-group',
        name: 'web',
        rules: [
          { direction: 'in', protocol: 'tcp', ports: 80, remote: '203.0.113.0/24' },
          { direction: 'in', protocol: 'tcp', ports: 81, remote: network },
        ],
      },
    ],
    tried: [
      ['a1', '10.1.0.12', 80, '10.1.0.11'],
      ['a1', '203.0.113.1', 80, '203.0.113.50'],
      ['a1', '203.0.113.50', 81, '203.0.113.50'],
      ['a2', '10.1.0.11', 80, undefined],
      ['a2', '10.1.0.11', 81, '10.1.0.12'],
      ['a2', '203.0.113.1', 80, '203.0.113.2'],
      ['a2', '203.0.113.50', 81, '203.0.113.50'],
      ['b1', '10.1.0.11', 80, undefined],
      ['b1', '10.1.0.11', 81, undefined],
      ['b1', '10.1.0.12', 80, '10.2.0.11'],
      ['b1', '169.254.169.254', 80, undefined],
      ['w1', '10.1.0.11', 81, undefined],
      ['w1', '203.0.113.50', 80, '203.0.113.1'],
    ],
  },
];

/** How many connections are tried side by side. */
const AT_ONCE = 6;

/** Puts what a scenario says, and tries its connections. */
export async function playFirewallScenario(
  { intents, tried, refusesInput }: FirewallScenario,
  firewall: FirewallManager,
  probe: FirewallProbe,
): Promise<void> {
  await Promise.all(servers.map(([end, port]) => probe.serve(end, port)));
  await probe.addAddress('203.0.113.50');
  if (refusesInput === true) await probe.refuseInput();
  for (const [index, intent] of intents.entries())
    await firewall.put({ key: `scenario/${index}`, intents: [intent] });
  await firewall.apply();
  const found: Tried[] = [];
  for (let at = 0; at < tried.length; at += AT_ONCE) {
    const some = tried
      .slice(at, at + AT_ONCE)
      .map(
        async ([from, address, port]): Promise<Tried> => [
          from,
          address,
          port,
          await probe.connect(from, address, port),
        ],
      );
    found.push(...(await Promise.all(some)));
  }
  assert.deepEqual(found, tried);
}
