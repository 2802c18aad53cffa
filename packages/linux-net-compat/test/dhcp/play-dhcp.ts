import { createMemoryHost } from 'netdev-conformance';
import { isNetDevError } from 'netdev-core';
import { createMemoryFiles, type HostFiles } from 'netdev-exec';
import type { LinuxNetConf } from '../../src/conf/linux-net-conf.js';
import type { FixedIp } from '../../src/context.js';
import { createContext } from '../../src/create-context.js';
import { IptablesManager } from '../../src/iptables/iptables-manager.js';
import { renderRule } from '../../src/iptables/iptables-rule.js';
import type { IptablesTable } from '../../src/iptables/iptables-table.js';
import { dhcpFunctions } from '../../src/linux-net/dhcp-functions.js';
import { legacyDhcpFunctions } from '../../src/linux-net/legacy-dhcp.js';
import * as rules from '../../src/network/dhcp-rules.js';
import { type Reply, replyingRunner } from '../support/replying-runner.js';

/** One recorded vector, as far as the DHCP side has to do with it. */
export interface DhcpVector {
  name: string;
  conf: Partial<LinuxNetConf>;
  binary_name: string;
  now?: string;
  fixed_ips?: FixedIp[];
  fixed_ip_queries?: { host: string | null }[];
  host: {
    devices: string[];
    files: Record<string, string>;
    replies: Reply[];
  };
  calls: {
    fn: string;
    args: unknown[];
    kwargs: Record<string, unknown>;
    returns?: unknown;
    raises?: string;
  }[];
  commands: { argv: string[] }[];
  writes: Record<string, string>;
  conf_after?: Partial<LinuxNetConf>;
  rules: unknown;
}

/** What a vector says has to come of its calls, and what came of them. */
export async function playDhcp(vector: DhcpVector) {
  const commands: string[][] = [];
  const files = recordingFiles(vector.host.files);
  const queries: { host: string | null }[] = [];
  const netdev = await createMemoryHost().netdev();
  for (const name of vector.host.devices) await netdev.createLink({ kind: 'bridge', name });
  const context = createContext({
    conf: vector.conf,
    binaryName: vector.binary_name,
    faults: 'keep',
    netdev,
    runner: replyingRunner(vector.host.replies, commands),
    files,
    fixedIps: async ({ host }) => {
      queries.push({ host: host ?? null });
      return vector.fixed_ips ?? [];
    },
    now: () => new Date(vector.now ?? '2015-06-20T00:00:00Z'),
  });
  const manager = new IptablesManager(context);
  const functions: Record<string, (...args: never[]) => unknown> = {
    ...legacyDhcpFunctions(dhcpFunctions(context, manager)),
    _add_dnsmasq_accept_rules: (device: string) => rules.addDnsmasqAcceptRules(manager, device),
    _remove_dnsmasq_accept_rules: (device: string) => rules.removeDnsmasqAcceptRules(manager, device),
    _add_dhcp_mangle_rule: (device: string) => rules.addDhcpMangleRule(manager, device),
    _remove_dhcp_mangle_rule: (device: string) => rules.removeDhcpMangleRule(manager, device),
  };
  const results: { returns: unknown; raises: string | undefined }[] = [];
  for (const { fn, args, kwargs } of vector.calls) {
    const call = functions[fn];
    if (call === undefined) throw new Error(`${vector.name}: no function ${fn}`);
    try {
      const returns = await call(...([...args, ...Object.values(kwargs)] as never[]));
      results.push({ returns: returns ?? null, raises: undefined });
    } catch (error) {
      results.push({ returns: null, raises: originalName(error) });
    }
  }
  await netdev[Symbol.asyncDispose]();
  const after = Object.keys(vector.conf_after ?? {}) as (keyof LinuxNetConf)[];
  return {
    actual: {
      results,
      commands: withoutTables(commands),
      writes: files.written,
      queries,
      confAfter: Object.fromEntries(after.map((name) => [name, context.conf[name]])),
      rules: rulesOf(manager, vector.binary_name),
    },
    expected: {
      results: vector.calls.map(({ returns = null, raises }) => ({ returns, raises })),
      commands: withoutTables(vector.commands.map(({ argv }) => argv)),
      writes: vector.writes,
      queries: vector.fixed_ip_queries ?? queries,
      confAfter: vector.conf_after ?? {},
      rules: vector.rules,
    },
  };
}

/** How often and in which form tables are restored is free; what has to result is in `rules`. */
function withoutTables(commands: readonly string[][]): string[][] {
  return commands.filter(([program]) => !/^ip6?tables-/.test(program ?? ''));
}

function originalName(error: unknown): string {
  if (!isNetDevError(error)) throw error;
  if (error.name === 'NetworkDhcpReleaseFailed') return error.name;
  const names: Partial<Record<string, string>> = {
    COMMAND_FAILED: 'ProcessExecutionError',
    INVALID_ARGUMENT: 'ValueError',
  };
  return names[error.code] ?? error.code;
}

function recordingFiles(initial: Record<string, string>): HostFiles & { written: Record<string, string> } {
  const inner = createMemoryFiles(initial);
  const written: Record<string, string> = {};
  return {
    ...inner,
    written,
    write: async (path, text, options) => {
      written[path] = text;
      await inner.write(path, text, options);
    },
  };
}

function rulesOf({ ipv4, ipv6 }: IptablesManager, binaryName: string) {
  const table = ({ chains, unwrappedChains, rules }: IptablesTable) => ({
    chains: [...chains].sort(),
    unwrapped_chains: [...unwrappedChains].sort(),
    rules: rules.map((rule) => renderRule(rule, binaryName)),
  });
  return {
    ipv4: { filter: table(ipv4.filter), nat: table(ipv4.nat), mangle: table(ipv4.mangle) },
    ipv6: { filter: table(ipv6.filter) },
  };
}
