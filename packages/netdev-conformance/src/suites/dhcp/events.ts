import assert from 'node:assert/strict';
import type { DhcpDriver, DhcpEvent, DhcpEventsOptions } from 'netdev-core';
import { rejection, within } from '../expect.js';
import type { DhcpDemand } from './context.js';
import { dbHost, lab, open as openNetwork, strangerMac, webHost } from './networks.js';

const known = { ...lab, hosts: [webHost, dbHost] };

/** Reads events one by one, each within its time. */
function listen(dhcp: DhcpDriver, key?: string, options?: DhcpEventsOptions) {
  const stream = dhcp.events(key, options)[Symbol.asyncIterator]();
  return {
    async next(what: string): Promise<DhcpEvent> {
      const { done, value } = await within(stream.next(), what);
      assert.ok(!done, `the events ended before ${what}`);
      return value;
    },
    /** What comes next is this: type and address. */
    async expect(...events: readonly (readonly [type: string, address: string])[]): Promise<string> {
      let position = '';
      for (const [type, address] of events) {
        const event = await this.next(`${address} was ${type}`);
        const told = event.type === 'missed' ? '' : event.lease.address;
        assert.deepEqual([event.type, told], [type, address]);
        position = event.position;
      }
      return position;
    },
    async end(): Promise<void> {
      assert.equal((await within(stream.next(), 'the end of the events')).done, true);
    },
    stop: async (): Promise<void> => {
      await stream.return?.();
    },
  };
}

const added = ({ address }: { address: string }) => ['added', address] as const;
const renewed = ({ address }: { address: string }) => ['renewed', address] as const;
const removed = ({ address }: { address: string }) => ['removed', address] as const;

export const events: DhcpDemand[] = [
  {
    name: 'events tells of leases of the network asked for that come, are held on and go',
    needs: ['events', 'release'],
    uses: 'client',
    async run({ dhcp, client }) {
      await dhcp.ensure(lab);
      await dhcp.ensure(openNetwork);
      const stop = new AbortController();
      const stream = listen(dhcp, openNetwork.key, { signal: stop.signal });
      const address = (await client.request('dhcp1', strangerMac))?.address;
      await client.request('dhcp0', webHost.mac);
      await client.request('dhcp1', strangerMac);
      await dhcp.release(openNetwork.key, String(address));
      for (const type of ['added', 'renewed', 'removed']) {
        const event = await stream.next(`a lease was ${type}`);
        assert.deepEqual([event.type, event.network], [type, openNetwork.key]);
        assert.equal(event.type === 'missed' || event.lease.address, address);
      }
      stop.abort();
      await stream.end();
    },
  },
  {
    name: 'events goes on behind the position of an event, without a gap or a duplicate, and so does the next driver',
    needs: ['events', 'release'],
    uses: 'client',
    async run({ dhcp, open, client }) {
      await dhcp.ensure(known);
      const first = listen(dhcp, known.key);
      await client.request('dhcp0', webHost.mac);
      await client.request('dhcp0', dbHost.mac);
      const position = await first.expect(added(webHost), added(dbHost));
      await first.stop();

      await client.request('dhcp0', webHost.mac);
      await dhcp.release(known.key, dbHost.address);
      const second = listen(dhcp, known.key, { after: position });
      const behind = await second.expect(renewed(webHost), removed(dbHost));
      await dhcp.close();
      await second.end();

      const next = await open();
      await client.request('dhcp0', dbHost.mac);
      await listen(next, known.key, { after: behind }).expect(added(dbHost));
      const all = listen(next, undefined, { after: { [known.key]: position } });
      await all.expect(renewed(webHost), removed(dbHost), added(dbHost));
      await client.request('dhcp0', webHost.mac);
      await all.expect(renewed(webHost));
    },
  },
  {
    name: 'events from now on does not tell what was before, and tells of a network that comes later from its first lease on',
    needs: ['events'],
    uses: 'client',
    async run({ dhcp, open, client }) {
      await dhcp.ensure(known);
      const before = listen(dhcp);
      await client.request('dhcp0', webHost.mac);
      await before.expect(added(webHost));
      const stream = listen(await open());
      await dhcp.ensure({ ...openNetwork, hosts: [{ mac: strangerMac, address: '10.66.1.50' }] });
      await client.request('dhcp1', strangerMac);
      await stream.expect(['added', '10.66.1.50']);
      await client.request('dhcp0', dbHost.mac);
      await stream.expect(added(dbHost));
    },
  },
  {
    name: 'events says so when what came behind a position is lost, and tells what came since',
    needs: ['events'],
    uses: 'client',
    async run({ dhcp, client }) {
      await dhcp.ensure(known);
      const first = listen(dhcp, known.key);
      await client.request('dhcp0', webHost.mac);
      const position = await first.expect(added(webHost));
      await dhcp.remove(known.key);
      await dhcp.ensure(known);
      await client.request('dhcp0', dbHost.mac);
      for (const stream of [first, listen(dhcp, known.key, { after: position })]) {
        const missed = await stream.next('word of what is lost');
        assert.deepEqual([missed.type, missed.network], ['missed', known.key]);
        await stream.expect(added(dbHost));
        await listen(dhcp, known.key, { after: missed.position }).expect(added(dbHost));
      }
    },
  },
  {
    name: 'events says that some may be lost when a server was killed and started again',
    needs: ['events'],
    uses: 'killServer',
    async run({ dhcp, killServer }) {
      await dhcp.ensure(known);
      const stream = listen(dhcp, known.key);
      await killServer(known.key);
      await dhcp.ensure(known);
      assert.equal((await stream.next('word of what may be lost')).type, 'missed');
    },
  },
  {
    name: 'events refuses positions that are none, naming after',
    needs: ['events'],
    async run({ dhcp }) {
      await dhcp.ensure(known);
      const refused: DhcpEventsOptions[] = [
        { after: '' },
        { after: '1\n2' },
        { after: 'yesterday' },
        { after: { [known.key]: '*' } },
        { after: { '../x': '1.1' } },
        { after: { 'cf-open': '1.1' } },
        { after: 7 as never },
      ];
      for (const options of refused) {
        const error = await rejection((async () => dhcp.events(known.key, options))(), 'INVALID_ARGUMENT');
        assert.match(String(Reflect.get(error, 'field')), /^after(?:\.|$)/, JSON.stringify(options));
      }
      await rejection((async () => dhcp.events(undefined, { after: '1.1' }))(), 'INVALID_ARGUMENT');
    },
  },
];
