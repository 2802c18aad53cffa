import { parseDhcpNetwork } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { earlierOwners } from '../src/leases/earlier-owners.js';
import { parseLeases } from '../src/leases/parse-leases.js';
import { staleLeases, withoutLeases } from '../src/leases/stale-leases.js';

const text = `0 02:00:00:00:00:01 10.0.0.11 web *
0 02:00:00:00:00:02 10.0.0.12 db *
0 02:00:00:00:00:03 10.0.0.150 * *
0 06-aa:bb 10.0.0.151 * *
not a lease
`;
const never = () => false;
const network = { key: 'k', interface: 'br0', network: '10.0.0.0/24', serverAddress: '10.0.0.1' };
const stale = (rest: Partial<Parameters<typeof parseDhcpNetwork>[0]>): string[] =>
  staleLeases(parseLeases(text), parseDhcpNetwork({ ...network, ...rest }), never).map(
    ({ address }) => address,
  );

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

  it.each([
    ['of a host that is known by another DUID', { duid: '00:04:01:02:03' }, '', true],
    ['of the same DUID', { duid: '00:04:aa' }, 'id:00:04:bb,[fd00::1]', false],
    ['of a MAC address that nobody had before', { mac: '02:00:00:00:00:01' }, 'id:00:04:aa,[fd00::2]', false],
    [
      'of a MAC address that had it before',
      { mac: '02:00:00:00:00:01' },
      '02:00:00:00:00:01,[fd00::1],web',
      false,
    ],
    [
      'that was for another MAC address before',
      { mac: '02:00:00:00:00:01' },
      '02:00:00:00:00:02,set:a,[fd00::1],600s',
      true,
    ],
    ['that was for another DUID before', { mac: '02:00:00:00:00:01' }, 'id:00:04:aa,[fd00::1]', true],
  ])('of an IPv6 address %s', (_, host, before, isStale) => {
    const given = {
      ...network,
      network: 'fd00::/64',
      serverAddress: 'fd00::ff',
      hosts: [{ ...host, address: 'fd00::1' }],
    };
    const of = (duid: string) =>
      staleLeases(
        parseLeases(`0 1 fd00::1 * ${duid}\n`),
        parseDhcpNetwork(given),
        earlierOwners(() => [before]),
      ).length > 0;
    expect(of('00:04:aa')).toBe(isStale);
    // A client whose DUID tells that MAC address.
    if ('mac' in host)
      for (const start of ['00:03:00:01', '00:01:00:01:2f:ff:00:01'])
        expect(of(`${start}:${host.mac}`)).toBe(false);
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
