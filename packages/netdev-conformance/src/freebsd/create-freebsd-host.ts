import type { CommandResult } from './command.js';
import { createEmptyDisk, type FreeBsdDisk } from './disk.js';
import { type FreeBsdGuest, type FreeBsdLease, requestLease, resolveName } from './dnsmasq/client.js';
import { type RunningProgram, startDnsmasq } from './dnsmasq/program.js';
import { attach } from './ifconfig/clone.js';
import { createKernel, type FreeBsdVersion } from './kernel.js';
import { NotCoveredError } from './not-covered.js';
import { type FreeBsdFate, type FreeBsdPacket, walkPacket } from './pf/packet-walk.js';
import { runProgram } from './run-program.js';
import type { Vnet } from './vnet.js';

export interface FreeBsdHostOptions {
  /** Left out: 14. */
  version?: FreeBsdVersion;
  /** Where its programs read and write files. Left out: an empty one in memory. */
  disk?: FreeBsdDisk;
}

/** How a program that stays is started on the host. */
export interface FreeBsdStart {
  /** A number that no other process has. */
  pid: number;
  jail?: string | undefined;
  /** The file that its output goes to. */
  logFile?: string | undefined;
  /** Is told when it has ended, which may be at once. */
  ended?: (end: { exitCode: number | undefined; signal: string | undefined }) => void;
}

/** A FreeBSD host in memory, as far as its commands show it. */
export interface FreeBsdHost {
  readonly version: FreeBsdVersion;
  /**
   * Runs a command to its end: one of the host's programs, or a script on its disk. `jexec JAIL COMMAND` runs it in a vnet jail.
   * @throws NotCoveredError for what the facts about FreeBSD do not cover
   */
  run(
    argv: readonly string[],
    options?: { stdin?: string | undefined; env?: Readonly<Record<string, string>> | undefined },
  ): CommandResult;
  /**
   * Starts a program that stays: dnsmasq is the only one. `undefined`: there is no such program.
   * @throws NotCoveredError for words, and for a configuration, that nobody wrote down
   */
  start(argv: readonly string[], options: FreeBsdStart): RunningProgram | undefined;
  /** What `route -n monitor` does in a jail, or on the host: tells that something changed. Gives what ends it. */
  monitor(jail: string | undefined, listener: () => void): () => void;
  /** Sends a packet through the host's own stack, or that of a jail: bridges, routes and pf. */
  packet(packet: FreeBsdPacket, options?: { jail?: string | undefined }): FreeBsdFate;
  /** Asks as a guest for an address, by its port and through pf; `undefined`: nobody answers. It keeps what it gets. */
  requestLease(guest: FreeBsdGuest, hostname?: string): FreeBsdLease | undefined;
  /** Asks a server as a guest for the address of a name; `undefined`: no answer, or no such name. */
  resolveName(guest: FreeBsdGuest & { address: string }, server: string, name: string): string | undefined;
  /** Puts a network card into the host, which is up. */
  addCard(name: string, mac: string): void;
}

/**
 * Makes a FreeBSD host in memory. It is written from collected facts about FreeBSD 13 and 14, not from a
 * running one: what it takes was seen in FreeBSD's own tests, manuals or sources, and it refuses all else.
 */
export function createFreeBsdHost({
  version = 14,
  disk = createEmptyDisk(),
}: FreeBsdHostOptions = {}): FreeBsdHost {
  const kernel = createKernel(version, disk);
  const stack = (jail: string | undefined): Vnet => {
    const vnet = jail === undefined ? kernel.host : kernel.jails.get(jail);
    if (vnet === undefined) throw new Error(`there is no jail ${jail}`);
    return vnet;
  };
  return {
    version,
    run: (argv, { stdin, env = {} } = {}) => runProgram({ argv, stdin, env, vnet: kernel.host, kernel }),

    start(argv, { pid, jail, logFile, ended = () => {} }) {
      if (argv[0]?.split('/').at(-1) !== 'dnsmasq') return undefined;
      return startDnsmasq({ argv, pid, vnet: stack(jail), kernel, logFile, ended });
    },

    monitor(jail, listener) {
      const vnet = jail === undefined ? kernel.host : kernel.jails.get(jail);
      if (vnet === undefined)
        throw new NotCoveredError(['route', '-n', 'monitor'], `there is no jail ${jail}`);
      vnet.monitors.add(listener);
      return () => vnet.monitors.delete(listener);
    },

    packet(packet, { jail } = {}) {
      return walkPacket(stack(jail), version, packet);
    },

    requestLease: (guest, hostname) => requestLease(kernel, guest, hostname),
    resolveName: (guest, server, name) => resolveName(kernel, guest, server, name),

    addCard(name, mac) {
      attach(kernel.host, 'physical', name, mac).up = true;
    },
  };
}
