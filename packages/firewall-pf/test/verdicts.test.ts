import { firewallTopology } from 'netdev-conformance/firewall';
import type { Intent, Protocol } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { createMemoryLab } from '../../netdev-conformance/test/memory-lab.js';
import { createPfFirewall } from '../src/index.js';
import { createPfLab } from './pf-lab.js';

const { ends } = firewallTopology;
type End = keyof typeof ends;

const network = '10.1.0.0/24';
const open = (bridge: string): Intent => ({ kind: 'forward-policy', bridge, policy: 'open' });
const outbound = (bridge: string): Intent => ({ kind: 'forward-policy', bridge, policy: 'outbound' });
const closed = (bridge: string): Intent => ({ kind: 'forward-policy', bridge, policy: 'closed' });
const limited = (bridge: string, ...interfaces: string[]): Intent => ({
  kind: 'forward-policy',
  bridge,
  policy: 'open',
  interfaces,
});
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
const redirect: Intent = {
  kind: 'redirect',
  interface: 'br-a',
  source: network,
  protocol: 'tcp',
  address: '169.254.169.254',
  port: 80,
  toAddress: '10.1.0.1',
  toPort: 8775,
};
const guest = (end: 'a1' | 'a2', more: Partial<Extract<Intent, { kind: 'guest' }>> = {}): Intent => ({
  kind: 'guest',
  port: ends[end].port,
  bridge: 'br-a',
  mac: ends[end].mac,
  addresses: [ends[end].address.split('/')[0] ?? ''],
  securityGroups: [],
  ...more,
});

/** What is put, and whether the host refuses what nothing lets in. */
const scenarios: Record<string, Intent[]> = {
  nothing: [],
  'a gateway': [outbound('br-a'), outbound('br-b'), nat],
  'an open network beside one that may only go out': [open('br-a'), outbound('br-b'), nat],
  'a closed network': [closed('br-a'), open('br-b')],
  'a closed network with a port forward': [closed('br-a'), outbound('br-b'), forward],
  'a floating address': [outbound('br-a'), outbound('br-b'), nat, floating],
  'a floating address, a port forward and a redirect': [
    outbound('br-a'),
    open('br-b'),
    nat,
    floating,
    forward,
    redirect,
  ],
  'exceptions from translation': [
    nat,
    floating,
    { kind: 'no-nat', source: '10.1.0.0/24', destination: '203.0.113.0/24' },
  ],
  'a network that is open to the uplink only': [limited('br-a', 'uplink'), open('br-b'), floating],
  'a network that is open to another only': [limited('br-a', 'br-b'), outbound('br-b')],
  'two networks that are open to some': [limited('br-a', 'br-b'), limited('br-b', 'uplink')],
  'the same the other way round': [limited('br-b', 'uplink'), limited('br-a', 'br-b')],
  'a limited network beside a closed one': [limited('br-a', 'br-b', 'uplink'), closed('br-b'), forward],
  'input that is let in': [
    { kind: 'accept-input', interface: 'br-a', source: network, protocol: 'tcp', ports: 8775 },
    { kind: 'accept-input', protocol: 'icmp' },
    { kind: 'accept-input', interface: 'br-b', protocol: 'udp', ports: [50, 60] },
  ],
  'a guest alone': [guest('a1')],
  'guests with groups': [
    guest('a1', { securityGroups: ['web'], out: 'groups' }),
    guest('a2', { securityGroups: ['web', 'none'] }),
    {
      kind: 'security-group',
      name: 'web',
      rules: [
        { direction: 'in', protocol: 'tcp', ports: 80, remote: '203.0.113.0/24' },
        { direction: 'in', protocol: 'icmp', icmpType: 8 },
        { direction: 'in', remote: { group: 'web' } },
        { direction: 'out', protocol: 'tcp', remote: '203.0.113.1' },
        { direction: 'out', protocol: 'udp', ports: [50, 60] },
      ],
    },
  ],
  'guests behind a floating address and a policy': [
    outbound('br-a'),
    nat,
    floating,
    guest('a1', { securityGroups: ['web'] }),
    {
      kind: 'security-group',
      name: 'web',
      rules: [{ direction: 'in', protocol: 'tcp', ports: 80 }],
    },
  ],
};

/**
 * Where pf says less than the contract, as the README has it: a neighbour sees one of the addresses that stand for
 * the same port of a guest; what a group lets a guest send to the host is let in; a guest that pings itself.
 */
function isKnown(
  name: string,
  { from, to, protocol, port }: Sent,
  { refuses }: { refuses: boolean },
): boolean {
  if (name === 'a floating address, a port forward and a redirect')
    return to === '203.0.113.50' && port === 80;
  if (name === 'guests with groups') return refuses && from === 'a1' && protocol === 'udp';
  return from === 'a1' && to === '203.0.113.50' && protocol === 'icmp';
}

interface Sent {
  from: End;
  source: string;
  to: string;
  protocol: Protocol;
  port?: number;
}

const targets = [
  '10.1.0.11',
  '10.1.0.12',
  '10.2.0.11',
  '203.0.113.1',
  '203.0.113.2',
  '203.0.113.50',
  '10.1.0.1',
  '10.2.0.1',
  '169.254.169.254',
];

const packets: Sent[] = (Object.keys(ends) as End[]).flatMap((from) =>
  [ends[from].address.split('/')[0] ?? '', '10.1.0.99'].flatMap((source) =>
    targets
      .filter((to) => to !== source)
      .flatMap((to): Sent[] => [
        ...[80, 8080, 8775].map((port) => ({ from, source, to, protocol: 'tcp' as const, port })),
        { from, source, to, protocol: 'udp', port: 53 },
        { from, source, to, protocol: 'icmp' },
      ]),
  ),
);

const portOf = (address: string): string | undefined =>
  Object.values(ends).find((end) => end.address.startsWith(`${address}/`) && end.port !== end.device)?.port;

describe('pf and the contract agree about what becomes of packets', () => {
  it.each(Object.entries(scenarios))('%s', async (name, intents) => {
    for (const refuses of [false, true]) {
      const memory = await createMemoryLab();
      const pf = createPfLab(14);
      await memory.probe.addAddress('203.0.113.50');
      await pf.probe.addAddress('203.0.113.50');
      if (refuses) {
        await memory.probe.refuseInput();
        await pf.probe.refuseInput();
      }
      const managers = [await memory.host.firewall(), await createPfFirewall({ runner: pf.runner })];
      for (const manager of managers) {
        for (const [index, intent] of intents.entries())
          await manager.put({ key: `group/${index}`, intents: [intent] });
        await manager.apply();
      }
      const differences: unknown[] = [];
      for (const sent of packets) {
        if (isKnown(name, sent, { refuses })) continue;
        const { from, source, to, protocol, port } = sent;
        const { mac, port: device } = ends[from];
        const wanted = memory.host.packet({
          in: device,
          mac,
          from: source,
          to,
          protocol,
          fromPort: 4711,
          ...(port === undefined ? { icmpType: 8 } : { port }),
        });
        pf.run('pfctl -F states');
        const found = pf.host.packet({
          in: device,
          mac,
          from: source,
          to,
          protocol,
          ...(port === undefined ? { icmpType: 8 } : { fromPort: 4711, toPort: port }),
          outPort: portOf(to),
        });
        const [one, other] = [
          [
            wanted.verdict,
            wanted.verdict === 'drop' ? '' : `${wanted.from} ${wanted.to} ${wanted.port ?? ''}`,
          ],
          [
            found.verdict,
            found.verdict === 'drop'
              ? ''
              : `${found.packet.from} ${found.packet.to} ${found.packet.toPort ?? ''}`,
          ],
        ];
        if (`${one}` !== `${other}`)
          differences.push({
            from,
            source,
            to,
            protocol,
            port,
            refuses,
            contract: one,
            pf: other,
            because: found.because,
          });
      }
      expect(differences).toEqual([]);
    }
  });
});
