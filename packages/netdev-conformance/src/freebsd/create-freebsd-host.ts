import type { CommandResult } from './command.js';
import { attach } from './ifconfig/clone.js';
import { createKernel, type FreeBsdVersion } from './kernel.js';
import { NotCoveredError } from './not-covered.js';
import { type FreeBsdFate, type FreeBsdPacket, walkPacket } from './pf/packet-walk.js';
import { runProgram } from './run-program.js';

export interface FreeBsdHostOptions {
  /** Left out: 14. */
  version?: FreeBsdVersion;
}

/** A FreeBSD host in memory, as far as its commands show it. */
export interface FreeBsdHost {
  readonly version: FreeBsdVersion;
  /**
   * Runs a command to its end. `jexec JAIL COMMAND` runs it in a vnet jail.
   * @throws NotCoveredError for what the facts about FreeBSD do not cover
   */
  run(argv: readonly string[], options?: { stdin?: string | undefined }): CommandResult;
  /** What `route -n monitor` does in a jail, or on the host: tells that something changed. Gives what ends it. */
  monitor(jail: string | undefined, listener: () => void): () => void;
  /** Sends a packet through the host's own stack, or that of a jail: bridges, routes and pf. */
  packet(packet: FreeBsdPacket, options?: { jail?: string | undefined }): FreeBsdFate;
  /** Puts a network card into the host, which is up. */
  addCard(name: string, mac: string): void;
}

/**
 * Makes a FreeBSD host in memory. It is written from collected facts about FreeBSD 13 and 14, not from a
 * running one: what it takes was seen in FreeBSD's own tests, manuals or sources, and it refuses all else.
 */
export function createFreeBsdHost({ version = 14 }: FreeBsdHostOptions = {}): FreeBsdHost {
  const kernel = createKernel(version);
  return {
    version,
    run: (argv, { stdin } = {}) => runProgram({ argv, stdin, vnet: kernel.host, kernel }),

    monitor(jail, listener) {
      const vnet = jail === undefined ? kernel.host : kernel.jails.get(jail);
      if (vnet === undefined)
        throw new NotCoveredError(['route', '-n', 'monitor'], `there is no jail ${jail}`);
      vnet.monitors.add(listener);
      return () => vnet.monitors.delete(listener);
    },

    packet(packet, { jail } = {}) {
      const vnet = jail === undefined ? kernel.host : kernel.jails.get(jail);
      if (vnet === undefined) throw new Error(`there is no jail ${jail}`);
      return walkPacket(vnet, version, packet);
    },

    addCard(name, mac) {
      attach(kernel.host, 'physical', name, mac).up = true;
    },
  };
}
