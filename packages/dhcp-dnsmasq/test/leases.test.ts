import { type DhcpLease, parseIpAddress, parseMacAddress } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { parseLeases, parseServerDuid } from '../src/leases/parse-leases.js';
import { releaseCommand } from '../src/leases/release-command.js';

const file = `1700000000 02:00:00:00:00:01 10.0.0.11 web 01:02:00:00:00:00:01
0 02:00:00:00:00:02 10.0.0.12 * *
duid 00:01:00:01:aa
1700000600 12345 fd00::11 web 00:01:00:01:bb
1700000600 T4294967295 fd00::12 * 00:01:00:01:bb
1700000600 T4294967296 fd00::13 * *
`;

describe('parseLeases', () => {
  it('reads IPv4 and IPv6 leases, and what is missing of them', () => {
    const expires = new Date(1700000600_000);
    expect(parseLeases(file)).toEqual([
      {
        address: '10.0.0.11',
        mac: '02:00:00:00:00:01',
        hostname: 'web',
        clientId: '01:02:00:00:00:00:01',
        expires: new Date(1700000000_000),
      },
      { address: '10.0.0.12', mac: '02:00:00:00:00:02' },
      { address: 'fd00::11', hostname: 'web', duid: '00:01:00:01:bb', iaid: 12345, expires },
      { address: 'fd00::12', duid: '00:01:00:01:bb', iaid: 4294967295, temporary: true, expires },
      { address: 'fd00::13', expires },
    ]);
  });

  it.each([
    '',
    'x',
    '1 2 3',
    'duid 00:01:00:01:aa',
    'soon 02:00:00:00:00:01 10.0.0.11 * *',
    '1 02:00:00:00:00:01 10.0.0.999 * *',
    '\0\0\0\0\n',
  ])('passes over the damaged line %j', (text) => {
    expect(parseLeases(`${text}\n0 02:00:00:00:00:02 10.0.0.12 * *\n`)).toHaveLength(1);
  });

  it('gives no name that is not printable', () => {
    expect(parseLeases('0 02:00:00:00:00:02 10.0.0.12 a\u001b[31m *')[0]).not.toHaveProperty('hostname');
  });
});

it('finds the DUID of the server', () => {
  expect(parseServerDuid(file)).toBe('00:01:00:01:aa');
  for (const text of ['', 'duid', 'duid zz', 'duid 00:01 00', 'xduid 00:01']) {
    expect(parseServerDuid(text)).toBeUndefined();
  }
});

describe('the command that gives a lease back', () => {
  const v4: DhcpLease = { address: parseIpAddress('10.0.0.11'), mac: parseMacAddress('02:00:00:00:00:01') };
  const v6: DhcpLease = { address: parseIpAddress('fd00::11'), duid: '00:01:bb', iaid: 7 };

  it('names the client as the server knows it', () => {
    expect(releaseCommand('br0', v4, undefined)?.join(' ')).toBe(
      'dhcp_release br0 10.0.0.11 02:00:00:00:00:01',
    );
    expect(releaseCommand('br0', { ...v4, clientId: '01:02' }, undefined)?.at(-1)).toBe('01:02');
    expect(releaseCommand('br0', v6, '00:01:aa')?.join(' ')).toBe(
      'dhcp_release6 --iface br0 --client-id 00:01:bb --server-id 00:01:aa --iaid 7 --ip fd00::11',
    );
  });

  it('is none when too little is known', () => {
    const { mac: _, ...nobody } = v4;
    const { duid: __, ...unnamed } = v6;
    const { iaid: ___, ...unnumbered } = v6;
    expect(releaseCommand('br0', nobody, undefined)).toBeUndefined();
    for (const lease of [unnamed, unnumbered])
      expect(releaseCommand('br0', lease, '00:01:aa')).toBeUndefined();
    expect(releaseCommand('br0', v6, undefined)).toBeUndefined();
  });
});
