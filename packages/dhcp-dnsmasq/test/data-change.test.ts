import { type DhcpHost, type DhcpNetwork, parseDhcpNetwork, parseKey } from 'netdev-core';
import { createMemoryFiles } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { serverPaths } from '../src/config/paths.js';
import { hostLines, renderNames } from '../src/config/render-hosts.js';
import { renderOptions } from '../src/config/render-options.js';
import { effectiveLines, parseAddition, renderAddition } from '../src/network/additions.js';
import { dataChange } from '../src/network/data-change.js';
import { readNetwork } from '../src/network/kept-network.js';
import { parseSpec, renderSpec } from '../src/network/spec.js';
import { parseWanted } from '../src/network/wanted-network.js';
import { writeAddition } from '../src/network/write-network.js';

const web = { mac: '02:00:00:00:00:01', address: '10.0.0.11', hostname: 'web' };
const db = { mac: '02:00:00:00:00:02', address: ['10.0.0.12', 'fd00::12'], hostname: 'db' };
const lab: DhcpNetwork = {
  key: 'lab',
  interface: 'br0',
  network: '10.0.0.0/24',
  serverAddress: '10.0.0.1',
  domain: 'lab.example',
  subnets: [{ network: 'fd00::/64', serverAddress: 'fd00::1' }],
  hosts: [web],
  names: [{ name: 'api', address: '10.0.0.1' }],
};
const present = (network: DhcpNetwork) => {
  const parsed = parseDhcpNetwork(network);
  return {
    hostLines: new Set(parsed.hosts.flatMap(hostLines)),
    nameLines: new Set(effectiveLines(renderNames(parsed))),
    options: renderOptions(parsed),
    isRead: true,
  };
};
const change = (from: DhcpNetwork, to: Partial<DhcpNetwork>) =>
  dataChange(present(from), parseDhcpNetwork({ ...from, ...to }));

describe('what becomes of a server that can learn', () => {
  it('is nothing for the same hosts in another order', () => {
    const both = { ...lab, hosts: [web, db] };
    expect(change(both, { hosts: [db, web] })).toEqual({ kind: 'none' });
    expect(dataChange({ ...present(lab), isRead: false }, parseDhcpNetwork(lab)).kind).toBe('rewritten');
  });

  it('is an addition for more hosts and names', () => {
    const more = change(lab, {
      hosts: [web, db],
      names: [...(lab.names ?? []), { name: 'x', address: '10.0.0.9' }],
    });
    expect(more).toMatchObject({
      kind: 'added',
      hosts: [{ hostname: 'db' }],
      names: ['10.0.0.9 x.lab.example x'],
    });
    expect(change(lab, { hosts: [web, { mac: '02:00:00:00:00:03' }] }).kind).toBe('added');
  });

  it.each<[string, Partial<DhcpNetwork>]>([
    ['a host less', { hosts: [] }],
    ['a name less', { names: [] }],
    ['another address', { hosts: [{ ...web, address: '10.0.0.13' }] }],
    ['another name', { hosts: [{ ...web, hostname: 'www' }] }],
    ['a DUID more', { hosts: [{ ...web, duid: '00:01:02' }] }],
    ['options of a host', { hosts: [web, { ...db, options: [{ option: 3, values: ['10.0.0.9'] }] }] }],
    ['one more and one less', { hosts: [db] }],
  ])('is everything for %s', (_, to) => {
    expect(change(lab, to)).toEqual({ kind: 'rewritten' });
  });
});

describe('a network in its folder', () => {
  const key = parseKey('lab');
  const paths = serverPaths('/d', key);
  const generation = '0123456789ab';
  const asRead = { network: 'as read', additions: undefined };

  it('comes back with the hosts that were added since, and without those of an earlier generation', async () => {
    const files = createMemoryFiles({ [paths.spec]: renderSpec(parseWanted(lab), generation) });
    const all: DhcpHost[] = [
      { ...db, leaseTime: 900, classes: ['a'], options: [{ option: 3, values: ['10.0.0.9'], class: 'a' }] },
      { clientId: 'ff:00', address: '10.0.0.14' },
      { duid: '00:01:02', ignored: true },
    ];
    const wanted = parseDhcpNetwork({ ...lab, hosts: [web, ...all] });
    for (const [number, host] of wanted.hosts.slice(1).entries()) {
      await writeAddition(files, paths, renderAddition([host], { generation, number, domain: undefined }));
    }
    const stray = parseDhcpNetwork({ ...lab, hosts: [{ ...db, mac: '02:00:00:00:00:09' }] }).hosts;
    await writeAddition(
      files,
      paths,
      renderAddition(stray, { generation: 'ba9876543210', number: 0, domain: undefined }),
    );
    const kept = await readNetwork(files, paths, key, asRead);
    expect([...kept.hosts]).toEqual(wanted.hosts);
    expect(kept).toMatchObject({ additions: 3, settled: false, generation });
    expect(kept.wanted.given).toEqual({ ...lab, hosts: undefined });
  });

  it('is served by nobody when there is none, or a damaged one', async () => {
    for (const text of ['', '{', '[]', 'null', '{"generation":"x"}', '{"generation":"0123456789ab"}']) {
      expect(parseSpec(text), text).toBeUndefined();
      const files = createMemoryFiles({ [paths.spec]: text });
      await expect(readNetwork(files, paths, key, asRead)).rejects.toMatchObject({
        code: 'NETWORK_NOT_SERVED',
      });
    }
  });

  it('passes over what is no host in a damaged addition', () => {
    expect(parseAddition('#{"mac":"02:00:00:00:00:01"}\n#{"mac\n# other\n02:00:00:00:00:01\n')).toEqual([
      { mac: '02:00:00:00:00:01' },
    ]);
  });
});
