import assert from 'node:assert/strict';
import type { NetDevEvent } from 'netdev-core';
import { within } from '../expect.js';
import type { NetDevDemand } from './context.js';
import { plainLink } from './fixtures.js';

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
