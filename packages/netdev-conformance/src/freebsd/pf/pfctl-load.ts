import type { Anchor } from './anchors.js';
import type { PfKernel } from './create-pf.js';
import { parsePfConf } from './parse-conf.js';
import type { HostNames } from './parse-hosts.js';
import { type PfctlResult, refused, said } from './pfctl.js';
import type { PfctlOptions } from './pfctl-options.js';
import { type AnchorRule, type FilterRule, noCounters, type Ruleset } from './rules.js';
import { PfSyntaxError } from './syntax-error.js';

/** Names as they are looked up when a text is loaded. */
export function hostNames({ host }: PfKernel): HostNames {
  return { addressesOf: (name) => (name === 'self' ? host.ownAddresses() : host.addressesOf(name)) };
}

/** Loads a text into an anchor: all of it or nothing, and in the place of all that was there. */
export function load(
  kernel: PfKernel,
  { anchor, checkOnly }: PfctlOptions,
  file: string,
  stdin: string | undefined,
): PfctlResult {
  const text = file === '-' ? (stdin ?? '') : kernel.readFile(file);
  if (text === undefined) return refused(`pfctl: ${file}: No such file or directory\n`);
  const name = file === '-' ? 'stdin' : file;
  let rules: Ruleset;
  try {
    rules = parsePfConf(text, { names: hostNames(kernel), version: kernel.version });
  } catch (error) {
    if (!(error instanceof PfSyntaxError)) throw error;
    return refused(`${name}:${error.line}: ${error.message}\n`);
  }
  if (checkOnly) return said('');
  const before = kernel.anchors.get(anchor);
  kernel.anchors.set(anchor, { rules: withoutCounters(rules), tables: tablesOf(rules, before) });
  addReferenced(kernel, anchor, rules.filter);
  return said('');
}

function withoutCounters(rules: Ruleset): Ruleset {
  for (const rule of [...rules.ether, ...rules.nat, ...rules.rdr, ...rules.binat, ...rules.filter])
    if ('counters' in rule) rule.counters = noCounters();
  return rules;
}

/** A definition without a list leaves what is in the table. */
function tablesOf({ tables }: Ruleset, before: Anchor | undefined): Anchor['tables'] {
  return new Map(
    tables.map(({ name, flags, hosts }) => [
      name,
      { flags, members: hosts ?? before?.tables.get(name)?.members ?? [] },
    ]),
  );
}

/** Tables of the main ruleset that rules name come into being with them. */
function addReferenced(kernel: PfKernel, path: string, rules: readonly (FilterRule | AnchorRule)[]): void {
  const anchor = kernel.anchors.get(path);
  for (const rule of rules) {
    for (const { host } of [rule.from, rule.to])
      if (host.kind === 'table' && kernel.anchors.table(path, host.name) === undefined)
        anchor?.tables.set(host.name, { flags: [], members: [] });
    if (rule.kind === 'anchor' && rule.inline !== undefined) addReferenced(kernel, path, rule.inline);
  }
}
