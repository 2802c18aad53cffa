import assert from 'node:assert/strict';
import type { GuestIntent, Intent, SecurityGroupRule } from 'netdev-core';
import { refusal } from '../expect.js';
import type { FirewallContext, FirewallDemand } from './context.js';
import { firewallTopology } from './topology.js';

const { ends } = firewallTopology;

function guest(end: 'a1' | 'a2', more: Partial<GuestIntent> = {}): GuestIntent {
  const { port, device, mac, address } = ends[end];
  const [own = ''] = address.split('/');
  return { kind: 'guest', port, bridge: device, mac, addresses: [own], securityGroups: [], ...more };
}

function group(name: string, ...rules: SecurityGroupRule[]): Intent {
  return { kind: 'security-group', name, rules };
}

const addresses = { a1: '10.1.0.11', a2: '10.1.0.12', b1: '10.2.0.11', w1: '203.0.113.1' } as const;
type Guest = keyof typeof addresses;

async function put({ firewall }: FirewallContext, key: string, ...intents: Intent[]): Promise<void> {
  await firewall.put({ key, intents });
  await firewall.apply();
}

/** Looks from where a port of an end is reached. */
async function expectReached(
  { probe }: FirewallContext,
  [to, port]: [to: Guest, port: number],
  from: Partial<Record<Guest, boolean>>,
): Promise<void> {
  const looks = (Object.entries(from) as [Guest, boolean][]).map(async ([end, reaches]) => {
    const seen = await probe.connect(end, addresses[to], port);
    assert.equal(seen, reaches ? addresses[end] : undefined, `from ${end} to ${to}, port ${port}`);
  });
  await Promise.all(looks);
}

const both = ['guest', 'security-group'] as const;

export const guests: FirewallDemand[] = [
  {
    name: 'guest: nothing comes to it unasked, what it asks for is answered, and others are as they were',
    needs: ['guest'],
    uses: 'probe',
    async run(context) {
      await Promise.all((['a1', 'a2', 'w1'] as const).map((end) => context.probe.serve(end, 80)));
      await expectReached(context, ['a1', 80], { a2: true, w1: true });
      await put(context, 'cf/guest', guest('a1'));
      await expectReached(context, ['a1', 80], { a2: false, w1: false });
      await expectReached(context, ['w1', 80], { a1: true });
      await expectReached(context, ['a2', 80], { a1: true, w1: true });
      await context.firewall.delete('cf/guest');
      await context.firewall.apply();
      await expectReached(context, ['a1', 80], { a2: true, w1: true });
    },
  },
  {
    name: 'guest: what it sends from an address that is not its own goes nowhere',
    needs: ['guest'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await Promise.all([probe.serve('a2', 80), probe.serve('w1', 80)]);
      assert.equal(await probe.connectFrom('a1', '10.1.0.99', addresses.a2, 80), '10.1.0.99');
      await put(context, 'cf/guest', guest('a1'));
      assert.equal(await probe.connectFrom('a1', '10.1.0.99', addresses.a2, 80), undefined);
      assert.equal(await probe.connectFrom('a1', '10.1.0.99', addresses.w1, 80), undefined);
      await expectReached(context, ['a2', 80], { a1: true });
      await put(context, 'cf/guest', guest('a1', { addresses: [addresses.a1, '10.1.0.99'] }));
      assert.equal(await probe.connectFrom('a1', '10.1.0.99', addresses.a2, 80), '10.1.0.99');
    },
  },
  {
    name: 'guest: what it sends from a MAC that is not its own goes nowhere',
    needs: ['guest'],
    uses: 'probe',
    async run(context) {
      await context.probe.serve('a2', 80);
      await put(context, 'cf/guest', guest('a1', { mac: '02:00:5e:10:00:99' }));
      await expectReached(context, ['a2', 80], { a1: false });
      await put(context, 'cf/guest', guest('a1'));
      await expectReached(context, ['a2', 80], { a1: true });
    },
  },
  {
    name: 'security-group: lets in what a rule of one of its intents allows, whichever was put first, and nothing else',
    needs: both,
    uses: 'probe',
    async run(context) {
      await Promise.all([80, 81, 82].map((port) => context.probe.serve('a1', port)));
      await put(context, 'cf/guest', guest('a1', { securityGroups: ['web', 'nobody'] }));
      await put(context, 'cf/web', group('web', { direction: 'in', protocol: 'tcp', ports: 80 }));
      await expectReached(context, ['a1', 80], { a2: true, w1: true });
      await expectReached(context, ['a1', 81], { a2: false, w1: false });
      await put(context, 'cf/more', group('web', { direction: 'in', protocol: 'tcp', ports: [81, 82] }));
      await expectReached(context, ['a1', 80], { w1: true });
      await expectReached(context, ['a1', 82], { w1: true });
      await put(context, 'cf/web', group('web', { direction: 'in', protocol: 'udp' }));
      await expectReached(context, ['a1', 80], { w1: false });
    },
  },
  {
    name: 'security-group: a remote network is told from others',
    needs: both,
    uses: 'probe',
    async run(context) {
      await context.probe.serve('a1', 80);
      const from = (remote: string): Intent => group('web', { direction: 'in', protocol: 'tcp', remote });
      await put(context, 'cf/guest', guest('a1', { securityGroups: ['web'] }));
      await put(context, 'cf/web', from('10.0.0.0/8'));
      await expectReached(context, ['a1', 80], { a2: true, b1: true, w1: false });
      await put(context, 'cf/web', from('203.0.113.1'));
      await expectReached(context, ['a1', 80], { a2: false, b1: false, w1: true });
    },
  },
  {
    name: 'security-group: a remote group is the addresses of its guests and its members, as they come and go',
    needs: both,
    uses: 'probe',
    async run(context) {
      await context.probe.serve('a1', 80);
      await put(context, 'cf/guest', guest('a1', { securityGroups: ['web'] }));
      await put(context, 'cf/web', group('web', { direction: 'in', remote: { group: 'clients' } }));
      await expectReached(context, ['a1', 80], { a2: false, w1: false });
      await put(context, 'cf/client', guest('a2', { securityGroups: ['clients'] }));
      await expectReached(context, ['a1', 80], { a2: true, w1: false });
      const clients: Intent = { kind: 'security-group', name: 'clients', rules: [], members: [addresses.w1] };
      await put(context, 'cf/clients', clients);
      await expectReached(context, ['a1', 80], { a2: true, w1: true });
      await put(context, 'cf/client', guest('a2'));
      await expectReached(context, ['a1', 80], { a2: false, w1: true });
      await put(context, 'cf/clients');
      await expectReached(context, ['a1', 80], { w1: false });
    },
  },
  {
    name: "security-group: a guest with out 'groups' reaches what a rule allows, and nothing else; others everything",
    needs: both,
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      for (const port of [80, 81]) await Promise.all([probe.serve('a2', port), probe.serve('w1', port)]);
      await Promise.all([probe.serve('a1', 80), probe.serve('router', 80)]);
      await put(
        context,
        'cf/web',
        group(
          'web',
          { direction: 'out', protocol: 'tcp', ports: 80, remote: addresses.w1 },
          { direction: 'out', protocol: 'tcp', ports: 81, remote: '10.1.0.0/24' },
          { direction: 'in', protocol: 'tcp', ports: 80 },
        ),
      );
      await put(context, 'cf/guest', guest('a1', { securityGroups: ['web'] }));
      await expectReached(context, ['w1', 81], { a1: true });
      assert.equal(await probe.connect('a1', '10.1.0.1', 80), addresses.a1);
      await put(context, 'cf/guest', guest('a1', { securityGroups: ['web'], out: 'groups' }));
      await expectReached(context, ['w1', 80], { a1: true });
      await expectReached(context, ['w1', 81], { a1: false });
      await expectReached(context, ['a2', 81], { a1: true });
      await expectReached(context, ['a2', 80], { a1: false });
      assert.equal(await probe.connect('a1', '10.1.0.1', 80), undefined);
      // It answers whom it may not ask.
      await expectReached(context, ['a1', 80], { a2: true, b1: true });
    },
  },
  {
    name: 'put refuses a port that is that of another guest, naming the field, and takes it once that one is gone',
    needs: ['guest'],
    async run({ firewall }) {
      await firewall.put({ key: 'cf/one', intents: [guest('a1')] });
      await refusal(firewall.put({ key: 'cf/two', intents: [guest('a2'), guest('a1')] }), 'intents[1].port');
      await refusal(firewall.put({ key: 'cf/two', intents: [guest('a2'), guest('a2')] }), 'intents[1].port');
      await firewall.put({ key: 'cf/one', intents: [guest('a1', { out: 'groups' })] });
      await firewall.delete('cf/one');
      await firewall.put({ key: 'cf/two', intents: [guest('a1')] });
      assert.deepEqual(
        (await firewall.list()).map(({ key }) => key),
        ['cf/two'],
      );
    },
  },
];
