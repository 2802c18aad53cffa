import { readdir, readFile, readlink } from 'node:fs/promises';
import { isNetDevError } from 'netdev-core';
import type { Runner } from 'netdev-exec';
import type { Host } from './host.js';

/** What is on the host, read with other tools than the ones that made it. */
export interface Dump {
  /** The names of the parts that differ, with the first line that does. */
  difference(other: Dump): string[];
  readonly parts: Readonly<Record<string, readonly string[]>>;
}

/**
 * - `everything`: devices, addresses, routes, rules, processes, files;
 * - `configuration`: what a second build may not change; leaves out what traffic and restarts change
 *   (neighbour entries, process ids, leases).
 */
export type DumpScope = { with: 'everything' | 'configuration' };

const commands: Readonly<Record<string, readonly string[]>> = {
  links: ['ip', '-details', '-oneline', 'link', 'show'],
  addresses: ['ip', '-oneline', 'address', 'show'],
  routes: ['ip', '-oneline', 'route', 'show', 'table', 'all'],
  routes6: ['ip', '-oneline', '-6', 'route', 'show', 'table', 'all'],
  policies: ['ip', '-oneline', 'rule', 'show'],
  namespaces: ['ip', 'netns', 'list'],
  iptables: ['iptables-save'],
  ip6tables: ['ip6tables-save'],
  ebtables: ['ebtables-save'],
};

/** For firewalls that are not iptables; without counters. */
const nftRules = ['nft', '--stateless', 'list', 'ruleset'];

export async function takeDump({ runner }: Host, scope: DumpScope): Promise<Dump> {
  const entries = await Promise.all(
    Object.entries(commands).map(async ([name, argv]): Promise<[string, string[]]> => {
      const { stdout } = await runner.run(argv, { accept: 'any', timeoutMs: 5000 });
      return [
        name,
        name.endsWith('tables') ? rulesOf(stdout) : stdout.split('\n').map(withoutClocks).filter(Boolean),
      ];
    }),
  );
  const parts: Record<string, string[]> = Object.fromEntries(entries);
  parts.nftables = otherTables(await nftRuleset(runner));
  if (scope.with === 'everything') {
    parts.processes = await processes();
    parts.files = await filesBelow('/run');
  }
  return {
    parts,
    difference: (other) =>
      Object.keys(parts).flatMap((name) => {
        const line = firstDifference(parts[name] ?? [], other.parts[name] ?? []);
        return line === undefined ? [] : [`${name}: ${line}`];
      }),
  };
}

/**
 * Rules and chains without counters and dates. A table that holds only its built-in chains is the
 * same as none: the tools make one when they look.
 */
function rulesOf(saved: string): string[] {
  return saved
    .split(/^(?=\*)/m)
    .map((table) =>
      table.split('\n').filter((line) => line !== '' && !line.startsWith('#') && line !== 'COMMIT'),
    )
    .filter((lines) => lines.some((line) => line.startsWith('-') || /^:\S+ (?:-|DROP)/.test(line)))
    .flat()
    .map((line) => line.replace(/ ?\[\d+:\d+\]/, ''));
}

/** Nothing where there is no nft(8): the default firewall does without. */
async function nftRuleset(runner: Runner): Promise<string> {
  try {
    return (await runner.run(nftRules, { accept: 'any', timeoutMs: 5000 })).stdout;
  } catch (error) {
    if (isNetDevError(error, 'MISSING_TOOL')) return '';
    throw error;
  }
}

/** The lines of all tables but those of iptables and ebtables, which their own tools show. */
function otherTables(ruleset: string): string[] {
  return ruleset
    .split(/^(?=table )/m)
    .filter((table) => !/^table (?:ip|ip6|bridge) (?:filter|nat|mangle|raw|security|broute) /.test(table))
    .flatMap((table) => table.split('\n').filter(Boolean));
}

/** What runs down by itself: bridge timers. */
function withoutClocks(line: string): string {
  return line.replace(
    /(hello_timer|tcn_timer|topology_change_timer|gc_timer|hold_timer|forward_delay_timer|message_age_timer) +[\d.]+/g,
    '$1',
  );
}

/** The command lines of the processes that share our view of the file system: ours, and nobody else's. */
async function processes(): Promise<string[]> {
  const ours = await readlink('/proc/self/ns/mnt');
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map(async (pid) => {
      try {
        if ((await readlink(`/proc/${pid}/ns/mnt`)) !== ours) return '';
        return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim();
      } catch {
        return ''; // it ended while we looked, or belongs to somebody else
      }
    }),
  );
  return lines.filter(Boolean).sort();
}

/** Files, sockets and mounted namespaces; folders are no trace. */
async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `${entry.path}/${entry.name}`)
    .sort();
}

function firstDifference(one: readonly string[], other: readonly string[]): string | undefined {
  const gone = one.find((line) => !other.includes(line));
  if (gone !== undefined) return `gone: ${gone}`;
  const fresh = other.find((line) => !one.includes(line));
  if (fresh !== undefined) return `new: ${fresh}`;
  return one.length === other.length && one.every((line, index) => line === other[index])
    ? undefined
    : 'another order or number';
}
