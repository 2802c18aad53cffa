import assert from 'node:assert/strict';
import type { NetDevEvent } from 'netdev-core';
import { within } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { linkWithAddress, plainLink } from './fixtures.js';

/** Reads events until one fits. */
async function first(
  events: AsyncIterator<NetDevEvent>,
  fits: (event: NetDevEvent) => boolean,
  what: string,
): Promise<NetDevEvent> {
  const read = async (): Promise<NetDevEvent> => {
    for (;;) {
      const { done, value } = await events.next();
      if (done) assert.fail(`the events ended before ${what}`);
      if (fits(value)) return value;
    }
  };
  return within(read(), what);
}

export const watching: NetDevDemand[] = [
  {
    name: 'watch tells of links, addresses and routes that come and go',
    needs: ['watch'],
    async run({ driver }) {
      const stop = new AbortController();
      const events = driver.watch({ signal: stop.signal })[Symbol.asyncIterator]();
      const pending = first(
        events,
        (event) => event.type === 'link-changed' && event.link.name === 'cf0',
        'the link came',
      );
      await driver.createLink(plainLink(driver, 'cf0', { up: true }));
      await pending;
      const cidr = '192.0.2.10/24';
      const isAddress = (type: NetDevEvent['type']) => (event: NetDevEvent) =>
        event.type === type && 'address' in event && event.address.cidr === cidr;
      await driver.ensureAddress({ link: 'cf0', cidr });
      await first(events, isAddress('address-added'), 'the address came');
      const isRoute = (type: NetDevEvent['type']) => (event: NetDevEvent) =>
        event.type === type && 'route' in event && event.route.destination === '203.0.113.0/24';
      await driver.ensureRoute({ destination: '203.0.113.0/24', via: '192.0.2.1' });
      await first(events, isRoute('route-added'), 'the route came');
      await driver.deleteRoute({ destination: '203.0.113.0/24' });
      await first(events, isRoute('route-removed'), 'the route went');
      await driver.deleteAddress('cf0', cidr);
      await first(events, isAddress('address-removed'), 'the address went');
      await driver.deleteLink('cf0');
      await first(
        events,
        (event) => event.type === 'link-removed' && event.link.name === 'cf0',
        'the link went',
      );
      stop.abort();
    },
  },
  {
    name: 'watch tells of neighbours that are set and forgotten',
    needs: ['watch', 'neighbours'],
    async run({ driver }) {
      await linkWithAddress(driver, 'cf0', '192.0.2.10/24');
      await driver.ensureAddress({ link: 'cf0', cidr: '2001:db8::10/64', skipDuplicateDetection: true });
      const events = driver.watch()[Symbol.asyncIterator]();
      const next = (type: NetDevEvent['type'], address: string) =>
        first(
          events,
          (event) => event.type === type && 'neighbour' in event && event.neighbour.address === address,
          `${type} ${address}`,
        );
      for (const address of ['192.0.2.9', '2001:db8::9']) {
        const pending = next('neighbour-changed', address);
        const { value } = await driver.ensureNeighbour({ link: 'cf0', address, mac: '02:00:5e:10:00:0f' });
        assert.deepEqual(await pending, { type: 'neighbour-changed', neighbour: value });
        await driver.deleteNeighbour('cf0', address);
        await next('neighbour-removed', address);
      }
      await events.return?.();
    },
  },
  {
    name: 'watch tells of forwarding entries that are set, moved and deleted',
    needs: ['watch', 'bridge', 'forwarding-database'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0' });
      for (const name of ['cf0', 'cf1'])
        await driver.createLink(plainLink(driver, name, { master: 'cfbr0' }));
      const mac = '02:00:5e:10:00:0f';
      const events = driver.watch()[Symbol.asyncIterator]();
      const next = (type: NetDevEvent['type'], link: string) =>
        first(
          events,
          (event) => event.type === type && 'entry' in event && event.entry.link === link,
          `${type} ${link}`,
        );
      // Those that a platform has of itself are not of this address.
      const entry = (link: string) => ({ link, mac, origin: 'static', bridge: 'cfbr0' });
      const pending = next('forwarding-entry-changed', 'cf0');
      await driver.ensureForwardingEntry({ link: 'cf0', mac });
      assert.deepEqual(await pending, { type: 'forwarding-entry-changed', entry: entry('cf0') });
      await driver.ensureForwardingEntry({ link: 'cf1', mac });
      const moved = await next('forwarding-entry-changed', 'cf1');
      assert.deepEqual(moved, { type: 'forwarding-entry-changed', entry: entry('cf1') });
      await driver.deleteForwardingEntry({ link: 'cf1', mac });
      const removed = await next('forwarding-entry-removed', 'cf1');
      assert.deepEqual(removed, { type: 'forwarding-entry-removed', entry: entry('cf1') });
      await driver.ensureForwardingEntry({ link: 'cf0', mac });
      await driver.deleteLink('cfbr0');
      const left = await next('forwarding-entry-removed', 'cf0');
      assert.deepEqual('entry' in left && left.entry.bridge, 'cfbr0');
      await events.return?.();
    },
  },
  {
    name: 'watch tells of the VLANs of ports and of bridges that are put, changed and left',
    needs: ['watch', 'bridge', 'vlan-filtering'],
    async run({ driver }) {
      await driver.createLink({ kind: 'bridge', name: 'cfbr0' });
      await driver.createLink(plainLink(driver, 'cf0', { master: 'cfbr0' }));
      // What a platform puts them into by itself is its affair.
      for (const own of [{ link: 'cf0' }, { link: 'cfbr0', self: true }])
        await driver.deleteBridgeVlan({ ...own, vlanId: 1, lastVlanId: 4094 });
      const events = driver.watch()[Symbol.asyncIterator]();
      const next = async (link = 'cf0') => {
        const event = await first(
          events,
          (one) => 'vlan' in one && one.vlan.link === link,
          `a VLAN of ${link}`,
        );
        if (!('vlan' in event)) return undefined;
        const { bridge, vlanId, lastVlanId = vlanId, pvid, untagged } = event.vlan;
        return [event.type, bridge, vlanId, lastVlanId, pvid, untagged];
      };
      const [changed, removed] = ['bridge-vlan-changed', 'bridge-vlan-removed'] as const;
      const pending = next();
      await driver.ensureBridgeVlan({ link: 'cf0', vlanId: 7, pvid: true, untagged: true });
      assert.deepEqual(await pending, [changed, 'cfbr0', 7, 7, true, true]);
      await driver.ensureBridgeVlan({ link: 'cf0', vlanId: 10, lastVlanId: 12 });
      assert.deepEqual(await next(), [changed, 'cfbr0', 10, 12, false, false]);
      await driver.ensureBridgeVlan({ link: 'cf0', vlanId: 11, pvid: true });
      const moved = [await next(), await next()].sort((one, other) => Number(one?.[2]) - Number(other?.[2]));
      assert.deepEqual(moved, [
        [changed, 'cfbr0', 7, 7, false, true],
        [changed, 'cfbr0', 11, 11, true, false],
      ]);
      await driver.deleteBridgeVlan({ link: 'cf0', vlanId: 7 });
      assert.deepEqual(await next(), [removed, 'cfbr0', 7, 7, false, true]);
      await driver.ensureBridgeVlan({ link: 'cfbr0', self: true, vlanId: 9 });
      assert.deepEqual(await next('cfbr0'), [changed, 'cfbr0', 9, 9, false, false]);
      await driver.updateLink('cf0', { master: null });
      const left = [await next(), await next(), await next()];
      assert.deepEqual(
        left.map((event) => event?.slice(0, 3)),
        [10, 11, 12].map((vlanId) => [removed, 'cfbr0', vlanId]),
      );
      await events.return?.();
    },
  },
  {
    name: 'watch tells of routing rules that come and go',
    needs: ['watch', 'routing-rules'],
    async run({ driver }) {
      const events = driver.watch()[Symbol.asyncIterator]();
      const isRule = (type: NetDevEvent['type'], table: number) => (event: NetDevEvent) =>
        event.type === type && 'rule' in event && event.rule.table === table;
      const specs = [
        { from: '192.0.2.0/24', table: 77, priority: 700 },
        { from: '2001:db8::/32', table: 78, priority: 701 },
      ];
      for (const spec of specs) {
        const pending = first(events, isRule('routing-rule-added', spec.table), 'the rule came');
        const { value: rule } = await driver.ensureRoutingRule(spec);
        assert.deepEqual(await pending, { type: 'routing-rule-added', rule });
        await driver.deleteRoutingRule(spec);
        const gone = await first(events, isRule('routing-rule-removed', spec.table), 'the rule went');
        assert.deepEqual(gone, { type: 'routing-rule-removed', rule });
      }
      await events.return?.();
    },
  },
  {
    name: 'watch ends with its signal',
    needs: ['watch'],
    async run({ driver }) {
      const stop = new AbortController();
      const events = driver.watch({ signal: stop.signal })[Symbol.asyncIterator]();
      const next = events.next();
      await driver.listLinks();
      stop.abort();
      const drained = async () => {
        for (let result = await next; !result.done; result = await events.next());
      };
      await within(drained(), 'the end of the events');
    },
  },
  {
    name: 'watch ends with break, and the driver works on',
    needs: ['watch'],
    async run({ driver }) {
      const read = async () => {
        for await (const event of driver.watch()) return event;
        return undefined;
      };
      const event = read();
      // When reading begins is the platform's affair, so something happens until it has been seen.
      const seen = event.then(() => true);
      for (let turn = 0; turn < 50; turn += 1) {
        await driver.ensureLink(plainLink(driver, `cf${turn}`));
        if (await Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 20, false))])) break;
      }
      assert.notEqual(await within(event, 'an event'), undefined);
      assert.equal(await driver.linkExists('cf0'), true);
    },
  },
];
