import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parsePfConf } from '../../src/freebsd/pf/parse-conf.js';
import type { HostNames } from '../../src/freebsd/pf/parse-hosts.js';
import { showAll } from '../../src/freebsd/pf/show-rule.js';

interface AcceptedRule {
  rule: string;
  source: string;
  since: number;
  ok?: string;
}

const { pf, pf_rejected } = JSON.parse(
  readFileSync(new URL('./facts/accepted.json', import.meta.url), 'utf8'),
) as { pf: AcceptedRule[]; pf_rejected: AcceptedRule[] };

/** Every name in the rules is that of an interface here. */
const names: HostNames = {
  addressesOf: (name) =>
    /^[a-z]+[0-9]*[a-z]?$/.test(name) ? [{ address: '192.0.2.1', length: 24 }] : undefined,
};

function shown(rule: string, version: 13 | 14): string {
  const { ether, nat, rdr, binat, filter } = parsePfConf(`${rule}\n`, { names, version });
  return showAll([...ether, ...nat, ...rdr, ...binat, ...filter]).join('\n');
}

/** Tables and texts that are files of the host, which the simulated one has not. */
const ofFiles = pf.filter(({ rule }) => rule.startsWith('include') || rule.includes(' file '));
const taken = pf.filter((each) => each.since <= 14 && !ofFiles.includes(each));

describe("pf.conf as FreeBSD's tests and manuals write it", () => {
  it.each(taken.map(({ rule, since }) => [rule, since] as const))('takes %s', (rule, since) => {
    expect(() => shown(rule, since === 13 ? 13 : 14)).not.toThrow();
  });

  const normalised = taken.filter(({ ok, rule }) => ok !== undefined && !/^[A-Z_]+ = /.test(rule));
  it.each(normalised.map(({ rule, ok = '' }) => [rule, ok] as const))(
    'shows %s as pfctl does',
    (rule, ok) => {
      expect(shown(rule, 14)).toBe(ok.trim());
    },
  );

  const of14 = taken.filter(({ since, rule }) => since === 14 && !rule.startsWith('set'));
  it.each(of14.map(({ rule }) => [rule]))('13 refuses %s', (rule) => {
    expect(() => shown(rule, 13)).toThrow();
  });

  const of15 = pf.filter(({ since }) => since === 15);
  it.each([...of15, ...pf_rejected].map(({ rule }) => [rule]))('refuses %s', (rule) => {
    expect(() => shown(rule, 14)).toThrow();
  });
});
