import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  answersOf,
  createFreeBsdHost,
  createMachineDisk,
  type FreeBsdHost,
} from 'netdev-conformance/freebsd';
import { createAnsweringRunner, createMemoryLocks, type HostLocks, type Runner } from 'netdev-exec';

/** A simulated FreeBSD host whose files are in a folder of this machine, and whose scripts this machine's shell runs. */
export interface SimulatedHost {
  host: FreeBsdHost;
  runner: Runner;
  locks: HostLocks;
  directory: string;
  /** Runs a command that has to go well. */
  run(words: string): string;
  remove(): void;
}

export function simulateHost(version: 13 | 14): SimulatedHost {
  const directory = mkdtempSync(join(tmpdir(), 'freebsd-dhcp-'));
  const host = createFreeBsdHost({ version, disk: createMachineDisk() });
  const { answer, start } = answersOf(host);
  return {
    host,
    directory,
    runner: createAnsweringRunner(answer, { start }),
    locks: createMemoryLocks(),
    run(words) {
      const { exitCode, stdout, stderr } = host.run(words.split(' '));
      if (exitCode !== 0) throw new Error(`${words}: ${stderr}`);
      return stdout;
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}
