import { isDeepStrictEqual } from 'node:util';
import { CommandError, InvalidArgumentError, PlatformError } from 'netdev-core';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import { createLinuxNet, type LinuxNet } from '../../src/create-linux-net.js';
import { renderRule } from '../../src/iptables/iptables-rule.js';
import type { IptablesTable } from '../../src/iptables/iptables-table.js';
import { compareCommands } from './compare-commands.js';
import { createFakeHost, type FakeHost } from './fake-host.js';
import type { Call, RecordedTable, Vector } from './vector.js';

/** Plays a recorded run with the faults kept, and names each difference. */
export async function playVector(vector: Vector): Promise<string[]> {
  const host = createFakeHost(vector);
  const now = new Date(vector.now ?? '2015-06-20T00:00:00Z');
  const program = vector.host.argv0;
  const net = createLinuxNet({
    conf: vector.conf as Partial<LinuxNetConf>,
    binaryName: vector.binary_name,
    faults: 'keep',
    netdev: await host.netdev(),
    runner: host.runner,
    files: host.files,
    now: () => now,
    sleep: host.sleep,
    ...(program === undefined ? {} : { program }),
  });
  const differences: string[] = [];
  for (const call of vector.calls) differences.push(...(await playCall(net, call)));
  return [
    ...differences,
    ...compareCommands(vector, host.commands),
    ...compareRules(vector, net),
    ...(await compareHost(vector, host)),
    ...compare('options', vector.conf_after ?? {}, pick(net.conf, Object.keys(vector.conf_after ?? {}))),
  ];
}

/** The original's names of arguments that recordings give by name. */
const parameterNames: Readonly<Record<string, readonly string[]>> = {
  IptablesRule: ['chain', 'rule', 'wrap', 'top'],
  has_chain: ['name', 'wrap'],
  add_chain: ['name', 'wrap'],
  remove_chain: ['name', 'wrap'],
  add_rule: ['chain', 'rule', 'wrap', 'top'],
  remove_rule: ['chain', 'rule', 'wrap', 'top'],
  remove_rules_regex: ['regex'],
  empty_chain: ['chain', 'wrap'],
  add_snat_rule: ['ip_range', 'is_external'],
  init_host: ['ip_range', 'is_external'],
  ensure_ebtables_rules: ['rules', 'table'],
  remove_ebtables_rules: ['rules', 'table'],
};

async function playCall(net: LinuxNet, { fn, args, kwargs, returns, raises }: Call): Promise<string[]> {
  const path = fn.split('.');
  const target = path.reduce<unknown>(
    (object, key) => (object as Record<string, unknown>)?.[key],
    net.linux_net,
  );
  if (typeof target !== 'function') return [`${fn} is not there`];
  const names = parameterNames[path.at(-1) ?? ''] ?? [];
  const given = [...args];
  for (const [name, value] of Object.entries(kwargs)) {
    const position = names.indexOf(name);
    if (position === -1) return [`${fn} has no argument ${name}`];
    given[position] = value;
  }
  try {
    const result: unknown = await target(...given);
    if (raises !== undefined) return [`${fn} did not raise ${raises}`];
    return compare(fn, returns, result ?? null);
  } catch (error) {
    return originalName(error) === raises ? [] : [`${fn} raised ${error}, not ${raises ?? 'anything'}`];
  }
}

function originalName(error: unknown): string | undefined {
  if (error instanceof CommandError) return 'ProcessExecutionError';
  if (error instanceof InvalidArgumentError || error instanceof PlatformError) return 'ValueError';
  return undefined;
}

function compareRules({ rules, binary_name }: Vector, { iptablesManager }: LinuxNet): string[] {
  const recorded = (table: IptablesTable): RecordedTable => ({
    chains: [...table.chains].sort(),
    unwrapped_chains: [...table.unwrappedChains].sort(),
    rules: table.rules.map((rule) => renderRule(rule, binary_name)),
  });
  return (['ipv4', 'ipv6'] as const).flatMap((family) =>
    Object.entries<IptablesTable>({ ...iptablesManager[family] }).flatMap(([name, table]) =>
      compare(`rules of ${family} ${name}`, rules[family]?.[name], recorded(table)),
    ),
  );
}

async function compareHost(vector: Vector, host: FakeHost): Promise<string[]> {
  return [
    ...compare('writes', vector.writes, Object.fromEntries(host.writes)),
    ...compare('sleeps', vector.sleeps ?? [], host.sleeps),
    ...compare('addresses', recordedAddresses(vector), await host.addresses()),
  ];
}

/** What the addresses are after the recorded commands; 2 and 254 mean that nothing was left to do. */
function recordedAddresses({ commands, calls }: Vector): string[] {
  const addresses = new Set<string>();
  const failed = calls.some(({ raises }) => raises !== undefined);
  for (const { argv } of commands) {
    const [tool, object, verb, cidr] = argv;
    if (tool !== 'ip' || object !== 'addr' || failed) continue;
    const address = `${argv[argv.indexOf('dev') + 1]} ${cidr}`;
    if (verb === 'add') addresses.add(address);
    else addresses.delete(address);
  }
  return [...addresses].sort();
}

function pick(conf: LinuxNetConf, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(conf).filter(([name]) => names.includes(name)));
}

function compare(what: string, expected: unknown, actual: unknown): string[] {
  if (isDeepStrictEqual(expected, actual)) return [];
  return [`${what}: ${JSON.stringify(expected)} became ${JSON.stringify(actual)}`];
}
