import assert from 'node:assert/strict';
import type { Intent } from 'netdev-core';
import type { FirewallContext, FirewallDemand } from './context.js';

const network = '10.1.0.0/24';
const outside = '203.0.113.1';
const router = '203.0.113.2';
const guest = '10.1.0.11';

async function put({ firewall }: FirewallContext, ...intents: Intent[]): Promise<void> {
  await firewall.put({ key: 'cf/packets', intents });
  await firewall.apply();
}

export const packets: FirewallDemand[] = [
  {
    name: 'source-nat: traffic leaves with the address given, or with that of the outgoing device',
    needs: ['source-nat'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await probe.serve('w1', 80);
      assert.equal(await probe.connect('a1', outside, 80), guest);
      for (const to of [router, 'masquerade']) {
        await put(context, { kind: 'source-nat', source: network, interface: 'uplink', to });
        assert.equal(await probe.connect('a1', outside, 80), router);
      }
      await put(context);
      assert.equal(await probe.connect('a1', outside, 80), guest);
    },
  },
  {
    name: 'source-nat: other networks and other devices are left alone',
    needs: ['source-nat'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await Promise.all([probe.serve('w1', 80), probe.serve('b1', 80)]);
      await put(context, { kind: 'source-nat', source: network, interface: 'uplink', to: router });
      assert.equal(await probe.connect('b1', outside, 80), '10.2.0.11');
      assert.equal(await probe.connect('a1', '10.2.0.11', 80), guest);
    },
  },
  {
    name: 'source-nat: with a destination, only what goes there',
    needs: ['source-nat'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await probe.serve('w1', 80);
      for (const [destination, seen] of [
        ['203.0.113.0/24', router],
        ['198.51.100.0/24', guest],
      ] as const) {
        await put(context, { kind: 'source-nat', source: network, destination, to: router });
        assert.equal(await probe.connect('a1', outside, 80), seen);
      }
    },
  },
  {
    name: 'forward-policy open with interfaces: from and to these and among the guests, and nowhere else',
    needs: ['forward-policy'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await Promise.all((['w1', 'b1', 'a1', 'a2'] as const).map((end) => probe.serve(end, 80)));
      const open: Intent = { kind: 'forward-policy', bridge: 'br-b', policy: 'open' };
      const through = (...interfaces: string[]): Intent => ({
        kind: 'forward-policy',
        bridge: 'br-a',
        policy: 'open',
        interfaces,
      });
      await put(context, through('uplink'), open);
      assert.equal(await probe.connect('a1', outside, 80), guest);
      assert.equal(await probe.connect('w1', guest, 80), outside);
      assert.equal(await probe.connect('a1', '10.1.0.12', 80), guest);
      assert.equal(await probe.connect('a1', '10.2.0.11', 80), undefined);
      assert.equal(await probe.connect('b1', guest, 80), undefined);
      await put(context, through('br-b'), open);
      assert.equal(await probe.connect('a1', '10.2.0.11', 80), guest);
      assert.equal(await probe.connect('a1', outside, 80), undefined);
    },
  },
  {
    name: 'no-nat: no source-nat touches the traffic, whichever was put first',
    needs: ['source-nat', 'no-nat'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await probe.serve('w1', 80);
      const nat: Intent = { kind: 'source-nat', source: network, to: router };
      const exempt: Intent = { kind: 'no-nat', source: network, destination: '203.0.113.0/24' };
      for (const intents of [
        [nat, exempt],
        [exempt, nat],
      ]) {
        await put(context, ...intents);
        assert.equal(await probe.connect('a1', outside, 80), guest);
      }
    },
  },
  {
    name: 'no-nat: a guest with a floating address keeps its own too, and hairpins work all the same',
    needs: ['no-nat', 'floating-address', 'port-forward'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await Promise.all([probe.serve('w1', 80), probe.serve('a1', 80), probe.serve('a1', 81)]);
      await probe.addAddress('203.0.113.50');
      await put(
        context,
        { kind: 'no-nat', source: network, destination: '203.0.113.0/24' },
        { kind: 'no-nat', source: network, destination: network },
        { kind: 'floating-address', floating: '203.0.113.50', fixed: guest, hairpin: network },
        {
          ...{ kind: 'port-forward', address: router, protocol: 'tcp', port: 8080 },
          ...{ toAddress: guest, toPort: 81, hairpin: network },
        },
      );
      assert.equal(await probe.connect('a1', outside, 80), guest);
      assert.equal(await probe.connect('a2', '203.0.113.50', 80), '203.0.113.50');
      assert.equal(await probe.connect('a2', router, 8080), router);
    },
  },
  {
    name: 'forward-policy outbound: to everywhere but other bridges with a policy, and nothing comes in unasked',
    needs: ['forward-policy'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await Promise.all((['w1', 'b1', 'a1', 'a2'] as const).map((end) => probe.serve(end, 80)));
      await put(
        context,
        { kind: 'forward-policy', bridge: 'br-a', policy: 'outbound' },
        { kind: 'forward-policy', bridge: 'br-b', policy: 'outbound' },
      );
      assert.equal(await probe.connect('a1', outside, 80), guest);
      assert.equal(await probe.connect('a1', '10.1.0.12', 80), guest);
      assert.equal(await probe.connect('a1', '10.2.0.11', 80), undefined);
      assert.equal(await probe.connect('w1', guest, 80), undefined);
    },
  },
  {
    name: 'forward-policy closed: nothing from or to the bridge; open: from and to everywhere',
    needs: ['forward-policy'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await Promise.all([probe.serve('w1', 80), probe.serve('a1', 80)]);
      await put(context, { kind: 'forward-policy', bridge: 'br-a', policy: 'closed' });
      assert.equal(await probe.connect('a1', outside, 80), undefined);
      assert.equal(await probe.connect('w1', guest, 80), undefined);
      await put(context, { kind: 'forward-policy', bridge: 'br-a', policy: 'open' });
      assert.equal(await probe.connect('a1', outside, 80), guest);
      assert.equal(await probe.connect('w1', guest, 80), outside);
    },
  },
  {
    name: 'port-forward: one port of one address, from outside and through a hairpin, and no other port',
    needs: ['port-forward', 'forward-policy'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await Promise.all([probe.serve('a1', 80), probe.serve('a1', 81)]);
      await put(
        context,
        { kind: 'forward-policy', bridge: 'br-a', policy: 'closed' },
        {
          kind: 'port-forward',
          address: router,
          protocol: 'tcp',
          port: 8080,
          toAddress: guest,
          toPort: 80,
          hairpin: network,
        },
      );
      assert.equal(await probe.connect('w1', router, 8080), outside);
      assert.equal(await probe.connect('a2', router, 8080), router);
      assert.equal(await probe.connect('w1', router, 81), undefined);
      await put(context);
      assert.equal(await probe.connect('w1', router, 8080), undefined);
    },
  },
  {
    name: 'floating-address: in, out, and from the neighbours through a hairpin',
    needs: ['floating-address', 'forward-policy', 'source-nat'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await Promise.all([probe.serve('w1', 80), probe.serve('a1', 80)]);
      await probe.addAddress('203.0.113.50');
      await put(
        context,
        { kind: 'forward-policy', bridge: 'br-a', policy: 'outbound' },
        { kind: 'source-nat', source: network, interface: 'uplink', to: router },
        {
          kind: 'floating-address',
          floating: '203.0.113.50',
          fixed: guest,
          interface: 'uplink',
          hairpin: network,
        },
      );
      assert.equal(await probe.connect('w1', '203.0.113.50', 80), outside);
      assert.equal(await probe.connect('a1', outside, 80), '203.0.113.50');
      assert.equal(await probe.connect('a2', outside, 80), router);
      assert.equal(await probe.connect('a2', '203.0.113.50', 80), '203.0.113.50');
    },
  },
  {
    name: 'redirect: connections from guests go to a service of the host, which nobody reaches otherwise',
    needs: ['redirect'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await probe.serve('router', 8775);
      await probe.refuseInput();
      await put(context, {
        kind: 'redirect',
        interface: 'br-a',
        source: network,
        protocol: 'tcp',
        address: '169.254.169.254',
        port: 80,
        toAddress: '10.1.0.1',
        toPort: 8775,
      });
      assert.equal(await probe.connect('a1', '169.254.169.254', 80), guest);
      assert.equal(await probe.connect('b1', '169.254.169.254', 80), undefined);
      assert.equal(await probe.connect('a1', '10.1.0.1', 8775), undefined);
    },
  },
  {
    name: 'accept-input: lets in what it names, and nothing else',
    needs: ['accept-input'],
    uses: 'probe',
    async run(context) {
      const { probe } = context;
      await Promise.all([
        probe.serve('router', 8053),
        probe.serve('router', 8054),
        probe.serve('router', 8055),
      ]);
      await probe.refuseInput();
      await put(context, {
        kind: 'accept-input',
        interface: 'br-a',
        source: network,
        protocol: 'tcp',
        ports: [8053, 8054],
      });
      assert.equal(await probe.connect('a1', '10.1.0.1', 8053), guest);
      assert.equal(await probe.connect('a1', '10.1.0.1', 8054), guest);
      assert.equal(await probe.connect('a1', '10.1.0.1', 8055), undefined);
      assert.equal(await probe.connect('b1', '10.2.0.1', 8053), undefined);
    },
  },
  {
    name: 'status counts the packets that pass, for the group that they pass by',
    needs: ['port-forward', 'source-nat'],
    uses: 'probe',
    async run({ firewall, probe }) {
      await probe.serve('a1', 80);
      await firewall.put({
        key: 'cf/forward',
        intents: [
          {
            kind: 'port-forward',
            address: router,
            protocol: 'tcp',
            port: 8080,
            toAddress: guest,
            toPort: 80,
          },
        ],
      });
      // Nobody has such an address: a platform sends packets of its own for those that somebody has.
      await firewall.put({
        key: 'cf/nat',
        intents: [{ kind: 'source-nat', source: '10.9.0.0/24', to: router }],
      });
      await firewall.apply();
      assert.equal(await probe.connect('w1', router, 8080), outside);
      const [forward, nat] = await firewall.status();
      assert.ok(
        forward !== undefined && forward.packets > 0n && forward.bytes > 0n,
        'what passed was counted',
      );
      assert.deepEqual([nat?.packets, nat?.bytes], [0n, 0n]);
    },
  },
];
