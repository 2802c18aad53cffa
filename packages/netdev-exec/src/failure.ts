import { CommandError, MissingToolError, PermissionError } from 'netdev-core';
import type { RunOptions, RunResult } from './runner.js';
import { shellCommand } from './shell-quote.js';

/** The Debian package of each program that netdev runs. */
const packages: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  dnsmasq: 'dnsmasq-base',
  dhcp_release: 'dnsmasq-utils',
  dhcp_release6: 'dnsmasq-utils',
  conntrack: 'conntrack',
  ipset: 'ipset',
  radvd: 'radvd',
  'ovs-vsctl': 'openvswitch-switch',
  'ovs-ofctl': 'openvswitch-switch',
  busybox: 'busybox',
};

/** The same on FreeBSD, of what its base system lacks. */
const ports: Readonly<Record<string, string>> = {
  dnsmasq: 'dnsmasq',
  radvd: 'radvd',
  'ovs-vsctl': 'openvswitch',
  'ovs-ofctl': 'openvswitch',
};

/** The error for a program that is not there. */
export function missingTool(tool: string, argv: readonly string[], cause?: unknown): MissingToolError {
  const name = tool.slice(tool.lastIndexOf('/') + 1);
  return new MissingToolError(name, {
    operation: 'run',
    object: shellCommand(argv),
    hint: installHint(name, process.platform),
    cause,
  });
}

/** What a person can do about a missing program. */
export function installHint(name: string, platform: NodeJS.Platform): string {
  if (platform === 'freebsd')
    return ports[name] === undefined ? `install ${name}` : `install it: pkg install ${ports[name]}`;
  const family = /^(?:ip6?tables|ebtables|arptables)/.exec(name)?.[0];
  const debian = packages[name] ?? (family === undefined ? undefined : 'iptables');
  return debian === undefined ? `install ${name}` : `install it: apt-get install ${debian}`;
}

/** The error for a program that ended with a status that was not accepted. */
export function commandFailure(result: RunResult, ending: string): CommandError | PermissionError {
  const words = (result.stderr.trim() || result.stdout.trim() || 'it said nothing').slice(0, 2000);
  const details = { operation: 'run', object: shellCommand(result.argv), detail: `${ending}: ${words}` };
  if (/Operation not permitted|Permission denied|must be root/i.test(words)) {
    return new PermissionError({
      ...details,
      hint:
        process.platform === 'freebsd'
          ? 'it needs root'
          : 'it needs root, or CAP_NET_ADMIN in the user namespace that owns the network namespace',
      cause: new CommandError(result, details),
    });
  }
  return new CommandError(result, details);
}

/** The program's name, when what failed is a prefix (nsenter, sudo) that did not find it. */
export function toolNotFound(result: RunResult): string | undefined {
  if (result.exitCode === 127) {
    const named = /nsenter: failed to execute (.+): No such file or directory/.exec(result.stderr)?.[1];
    if (named !== undefined) return named;
  }
  return /sudo: (.+): command not found/.exec(result.stderr)?.[1];
}

/** The result, when its exit status is accepted. @throws CommandError, PermissionError, MissingToolError */
export function acceptedResult(
  result: RunResult,
  { accept = [0] }: Pick<RunOptions, 'accept'>,
  how: string,
): RunResult {
  const missing = toolNotFound(result);
  if (missing !== undefined) throw missingTool(missing, result.argv);
  const { exitCode } = result;
  if (exitCode !== undefined && (accept === 'any' || accept.includes(exitCode))) return result;
  throw commandFailure(result, how);
}

/** How a process ended, for a person. */
export function ending(exitCode: number | undefined, signal: string | undefined, message?: string): string {
  if (exitCode !== undefined) return `exit status ${exitCode}`;
  return signal === undefined ? (message ?? 'it could not be started') : `ended by ${signal}`;
}
