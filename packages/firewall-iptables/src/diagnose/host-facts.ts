import { isNetDevError, type OperationOptions } from 'netdev-core';
import type { Runner } from 'netdev-exec';
import type { SavedTable } from '../ruleset/saved-table.js';
import { type Family, toolsOf, type Variant } from '../tools/family.js';
import type { KernelRules } from '../tools/kernel-rules.js';
import { type BaseChain, dropsAnything, parseBaseChains } from './base-chains.js';
import type { Needs } from './needs.js';

/** What of a host decides about packets beside the rules of one firewall. */
export interface HostFacts {
  /** Settings below /proc/sys by their path, those that are there. */
  settings: ReadonlyMap<string, string>;
  /** The tables of iptables, ip6tables and ebtables. */
  tables: ReadonlyMap<Family, ReadonlyMap<string, SavedTable>>;
  /** The chains of nftables that are not iptables' own, each with whether its table drops anything. */
  otherChains: readonly (BaseChain & { tableDrops: boolean })[];
  /** The tables of the variant of iptables that is not ours, those that are in use. */
  otherVariant: readonly string[];
}

/** The tables that iptables-nft keeps in nftables, as `ip filter` (xtables-nft(8)). */
const TABLES = ['filter', 'nat', 'mangle', 'raw', 'security', 'broute'];
const FAMILIES = ['ip', 'ip6', 'bridge', 'arp'];
const ofIptables = ({ family, table }: BaseChain): boolean =>
  FAMILIES.includes(family) && TABLES.includes(table);

const DEADLINE_MS = 30_000;

/** Reads them: tables of iptables, names and policies of other chains, and the settings that the needs depend on. */
export async function readHostFacts(
  { runner, kernel, variant }: { runner: Runner; kernel: KernelRules; variant: Variant },
  needs: Needs,
  options: OperationOptions = {},
): Promise<HostFacts> {
  const [settings, tables, otherChains, otherVariant] = await Promise.all([
    readSettings(runner, settingsFor(needs), options),
    readTables(kernel, needs, options),
    readOtherChains(runner, options),
    readOtherVariant(runner, variant, options),
  ]);
  return { settings, tables, otherChains, otherVariant };
}

/** The paths below /proc/sys (ip-sysctl of the kernel's documentation). */
function settingsFor({ devices, loopback }: Needs): string[] {
  const ofDevice = (name: string, setting: string): string => `net/ipv4/conf/${name}/${setting}`;
  return [
    'net/ipv4/ip_forward',
    'net/ipv6/conf/all/forwarding',
    'net/bridge/bridge-nf-call-iptables',
    'net/bridge/bridge-nf-call-ip6tables',
    ...['all', ...devices].map((name) => ofDevice(name, 'rp_filter')),
    ...['all', ...loopback.flatMap((each) => each.interface ?? [])].map((name) =>
      ofDevice(name, 'route_localnet'),
    ),
  ];
}

async function readSettings(
  runner: Runner,
  paths: readonly string[],
  { signal }: OperationOptions,
): Promise<Map<string, string>> {
  const read = async (path: string): Promise<[string, string][]> => {
    const { exitCode, stdout } = await runner.run(['cat', `/proc/sys/${path}`], {
      signal,
      accept: 'any',
      privileged: false,
    });
    return exitCode === 0 ? [[path, stdout.trim()]] : [];
  };
  return new Map((await Promise.all(paths.map(read))).flat());
}

async function readTables(
  kernel: KernelRules,
  needs: Needs,
  options: OperationOptions,
): Promise<Map<Family, ReadonlyMap<string, SavedTable>>> {
  const families = (['ipv4', 'ipv6'] as const).filter(
    (family) => needs.forwarding.has(family) || needs.input.has(family) || needs.bridged.has(family),
  );
  const read = async (family: Family) =>
    [family, await kernel.read(family, ['filter', 'nat', 'mangle'], options)] as const;
  return new Map(await Promise.all(families.map(read)));
}

/** Without nft there is nobody who could have made any, and none can be told. */
async function readOtherChains(
  runner: Runner,
  { signal }: OperationOptions,
): Promise<HostFacts['otherChains']> {
  const run = { signal, timeoutMs: DEADLINE_MS };
  try {
    const { stdout } = await runner.run(['nft', '-j', 'list', 'chains'], run);
    const chains = stdout === '' ? [] : parseBaseChains(stdout).filter((chain) => !ofIptables(chain));
    const drops = new Map<string, boolean>();
    for (const { family, table } of chains) {
      const name = `${family} ${table}`;
      if (drops.has(name)) continue;
      // -t leaves the elements of sets out.
      const rules = await runner.run(['nft', '-j', '-t', 'list', 'table', family, table], {
        ...run,
        accept: 'any',
      });
      drops.set(name, dropsAnything(rules.stdout));
    }
    return chains.map((chain) => ({
      ...chain,
      tableDrops: drops.get(`${chain.family} ${chain.table}`) === true,
    }));
  } catch (error) {
    if (isNetDevError(error, 'MISSING_TOOL')) return [];
    throw error;
  }
}

async function readOtherVariant(
  runner: Runner,
  variant: Variant,
  { signal }: OperationOptions,
): Promise<string[]> {
  const { stdout } = await runner.run([toolsOf('ipv4', variant).command, '--version'], {
    signal,
    accept: 'any',
    privileged: false,
  });
  // `iptables v1.8.9 (nf_tables)`
  if (!stdout.includes('nf_tables')) return [];
  const named = await Promise.all(
    ['ip', 'ip6'].map((family) =>
      runner.run(['cat', `/proc/net/${family}_tables_names`], { signal, accept: 'any' }),
    ),
  );
  return named.flatMap(({ exitCode, stdout: names }, place) =>
    exitCode === 0
      ? names
          .split('\n')
          .filter(Boolean)
          .map((name) => `${place === 0 ? 'iptables' : 'ip6tables'}-legacy ${name}`)
      : [],
  );
}
