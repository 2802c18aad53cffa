import { type CommandResult, type Program, type ProgramCall, printed } from '../command.js';
import type { FreeBsdKernel } from '../kernel.js';
import { NotCoveredError } from '../not-covered.js';
import { type HostProcess, serversIn } from '../processes.js';
import { findInterface, type Vnet } from '../vnet.js';
import { type DnsmasqConfig, type Refusal, readConfig } from './config.js';
import { DnsmasqServer } from './server.js';

const EXIT_CONFIGURATION = 1;
const EXIT_NETWORK = 2;

/** What it was compiled with, as `--version` lists it (config.h of dnsmasq): no inotify on FreeBSD. */
const VERSION = `Dnsmasq version 2.90  Copyright (c) 2000-2024 Simon Kelley
Compile time options: IPv6 GNU-getopt no-DBus no-UBus no-i18n no-IDN DHCP DHCPv6 no-Lua TFTP no-conntrack no-ipset no-nftset auth no-DNSSEC loop-detect no-inotify dumpfile
`;

/** dnsmasq(8), which only tells its version, or looks at its configuration: `--test --conf-file=FILE`. */
export const dnsmasq: Program = (call) => {
  const [, test, word = ''] = call.argv;
  if (call.argv.length === 2 && test === '--version') return printed(VERSION);
  if (test !== '--test' || call.argv.length !== 3) throw new NotCoveredError(call.argv, 'these words');
  const read = configOf(call, word);
  return 'detail' in read
    ? refused(read)
    : { exitCode: 0, stdout: '', stderr: 'dnsmasq: syntax check OK.\n' };
};

/** How a program that is to stay is started. */
export interface StartCall {
  argv: readonly string[];
  pid: number;
  vnet: Vnet;
  kernel: FreeBsdKernel;
  /** Where its output goes. Left out: nowhere. */
  logFile: string | undefined;
  /** Is told when it has ended: by itself with a status, or by a signal. */
  ended(end: { exitCode: number | undefined; signal: string | undefined }): void;
}

/** A program that stays, as others see it. */
export interface RunningProgram {
  /** @throws NotCoveredError for a signal whose effect nobody wrote down */
  signal(name: string): void;
}

/** dnsmasq(8) in the foreground: `--conf-file=FILE --keep-in-foreground` or `--no-daemon`. */
export function startDnsmasq(call: StartCall): RunningProgram {
  const { argv, kernel, vnet, pid, logFile } = call;
  const [, word = '', mode = ''] = argv;
  if (argv.length !== 3 || !['--keep-in-foreground', '--no-daemon'].includes(mode))
    throw new NotCoveredError(argv, 'these words');
  const print = (line: string): void => {
    if (logFile !== undefined) kernel.disk.append(logFile, line);
  };
  const end = (exitCode: number | undefined, signal?: string): void => {
    kernel.processes.delete(pid);
    call.ended({ exitCode, signal });
  };
  const read = configOf(call, word);
  const failure = 'detail' in read ? refused(read) : unreachable(kernel, vnet, read);
  if (failure !== undefined || 'detail' in read) {
    print(`\n${failure?.stderr ?? ''}`);
    end(failure?.exitCode);
    return { signal: () => {} };
  }
  const say = (part: string, line: string): void => print(`${part}[${pid}]: ${line}\n`);
  say('dnsmasq', 'started, version 2.90 cachesize 150');
  const server = new DnsmasqServer({ config: read, disk: kernel.disk, say });
  const kill = (): void => end(undefined, 'SIGKILL');
  const process: HostProcess = { pid, argv: [...argv], began: new Date(), vnet, server, kill };
  kernel.processes.set(pid, process);
  return {
    signal(name) {
      if (name === 'SIGHUP') server.reload();
      else if (name === 'SIGTERM') {
        say('dnsmasq', 'exiting on receipt of SIGTERM');
        end(0);
      } else if (name === 'SIGKILL') kill();
      else throw new NotCoveredError(argv, `what it does on ${name}`);
    },
  };
}

function configOf(
  { argv, kernel }: Pick<ProgramCall, 'argv' | 'kernel'>,
  word: string,
): DnsmasqConfig | (Refusal & { file: string }) {
  const file = word.startsWith('--conf-file=/') ? word.slice('--conf-file='.length) : undefined;
  const text = file === undefined ? undefined : kernel.disk.read(file);
  if (file === undefined || text === undefined)
    throw new NotCoveredError(argv, 'these words, or a file that is not there');
  const read = readConfig(text, (unknown) => {
    throw new NotCoveredError(argv, `the word ${unknown} in ${file}`);
  });
  return 'detail' in read ? { ...read, file } : read;
}

function refused({ detail, number, file }: Refusal & { file: string }): CommandResult {
  const stderr = `dnsmasq: ${detail} at line ${number} of ${file}\n`;
  return { exitCode: EXIT_CONFIGURATION, stdout: '', stderr };
}

/** What keeps a server from its sockets. Without bind-interfaces it would take those of all addresses, other servers' too. */
function unreachable(
  kernel: FreeBsdKernel,
  vnet: Vnet,
  { interfaces, listenAddresses, bindInterfaces }: DnsmasqConfig,
): CommandResult | undefined {
  const failed = (text: string): CommandResult => ({
    exitCode: EXIT_NETWORK,
    stdout: '',
    stderr: `dnsmasq: ${text}\n`,
  });
  const socket = (address: string, why: string) =>
    failed(`failed to create listening socket for ${address}: ${why}`);
  if (!bindInterfaces) return failed('failed to bind DHCP server socket: Address already in use');
  const missing = interfaces.find((name) => findInterface(vnet, name) === undefined);
  if (missing !== undefined) return failed(`unknown interface ${missing}`);
  const own = vnet.interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address));
  const foreign = listenAddresses.find((address) => !own.includes(address));
  if (foreign !== undefined) return socket(foreign, "Can't assign requested address");
  const taken = serversIn(kernel, vnet).flatMap(({ config }) => config.listenAddresses);
  const twice = listenAddresses.find((address) => taken.includes(address));
  return twice === undefined ? undefined : socket(twice, 'Address already in use');
}
