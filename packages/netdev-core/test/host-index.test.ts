import { describe, expect, it } from 'vitest';
import { createHostIndex, createHostParser, type DhcpHost, parseDhcpNetwork } from '../src/index.js';

const parse = createHostParser(
  parseDhcpNetwork({
    key: 'lab',
    interface: 'br0',
    network: '10.0.0.0/24',
    serverAddress: '10.0.0.1',
    subnets: [{ network: 'fd00::/64', serverAddress: 'fd00::1' }],
  }),
);
const web: DhcpHost = { mac: '02:00:00:00:00:01', address: ['10.0.0.2', 'fd00::2'], hostname: 'web' };
const db: DhcpHost = { mac: '02:00:00:00:00:02', duid: '00:01:02', address: 'fd00::3', hostname: 'db' };

describe('the index of hosts', () => {
  it('finds a host by whatever it is known by', () => {
    const index = createHostIndex([web, db].map((host) => parse(host)));
    expect(index.size).toBe(2);
    const none = { mac: undefined, clientId: undefined, duid: undefined };
    expect(index.find({ ...none, duid: '00:01:02' })?.hostname).toBe('db');
    expect(index.find(parse({ mac: '02:00:00:00:00:01' }))?.hostname).toBe('web');
    expect(index.find({ ...none, clientId: '00:01:02' })).toBeUndefined();
  });

  it('lets a host make way for one with the same identity, and frees what it had', () => {
    const index = createHostIndex([parse(web)]);
    index.put(parse({ mac: '02:00:00:00:00:01', address: '10.0.0.9' }));
    index.put(parse({ ...db, address: ['fd00::2', '10.0.0.2'], hostname: 'web' }));
    expect([...index].map(({ addresses }) => addresses)).toEqual([['10.0.0.9'], ['fd00::2', '10.0.0.2']]);
    index.delete([...index][1] ?? parse(db));
    index.put(parse({ ...web, mac: '02:00:00:00:00:03' }));
    expect(index.size).toBe(2);
  });

  it.each([
    ['address', { address: 'fd00::2' }],
    ['hostname', { hostname: 'web' }],
    ['duid', { mac: '02:00:00:00:00:01', duid: '00:01:02' }],
  ])('refuses what another has: %s', (field, change) => {
    const index = createHostIndex([web, db].map((host) => parse(host)));
    expect(() => index.put(parse({ ...db, ...change }), 'host.')).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', field: `host.${field}` }),
    );
    expect([...index].map(({ hostname }) => hostname)).toEqual(['web', 'db']);
  });
});
