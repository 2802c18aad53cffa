import { parseDhcpNetwork } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { parseLeases } from '../src/leases/parse-leases.js';
import { staleLeases, withoutLeases } from '../src/leases/stale-leases.js';

const text = `0 02:00:00:00:00:01 10.0.0.11 web *
0 02:00:00:00:00:02 10.0.0.12 db *
0 02:00:00:00:00:03 10.0.0.150 * *
0 06-aa:bb 10.0.0.151 * *
not a lease
`;
const network = { key: 'k', interface: 'br0', network: '10.0.0.0/24', serverAddress: '10.0.0.1' };
const stale = (rest: Partial<Parameters<typeof parseDhcpNetwork>[0]>): string[] =>
  staleLeases(parseLeases(text), parseDhcpNetwork({ ...network, ...rest })).map(({ address }) => address);

describe('stale leases', () => {
  const ranges = [{ first: '10.0.0.100', last: '10.0.0.199' }];
  it.each([
    ['hosts that were removed', { hosts: [], ranges }, ['10.0.0.11', '10.0.0.12']],
    [
      'an address that is another host’s now',
      {
        ranges,
        hosts: [
          { mac: '02:00:00:00:00:09', address: '10.0.0.11' },
          { mac: '02:00:00:00:00:02', address: '10.0.0.12' },
          { mac: '02:00:00:00:00:08', address: '10.0.0.150' },
        ],
      },
      ['10.0.0.11', '10.0.0.150'],
    ],
    ['a range that is gone', {}, ['10.0.0.11', '10.0.0.12', '10.0.0.150', '10.0.0.151']],
    ['a range that ends earlier', { ranges: [{ first: '10.0.0.1', last: '10.0.0.150' }] }, ['10.0.0.151']],
  ])('are those of %s', (_, given, wanted) => {
    expect(stale(given)).toEqual(wanted);
  });

  it('are taken out of the file, and nothing else', () => {
    const left = withoutLeases(
      text,
      new Set(
        parseLeases(text)
          .map(({ address }) => address)
          .slice(1),
      ),
    );
    expect(left).toBe('0 02:00:00:00:00:01 10.0.0.11 web *\nnot a lease\n');
  });
});
