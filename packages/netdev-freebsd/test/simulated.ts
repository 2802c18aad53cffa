import {
  answersOf,
  createFreeBsdHost,
  type FreeBsdHost,
  type FreeBsdHostOptions,
} from 'netdev-conformance/freebsd';
import type { NetDevDriver, NetDevOptions } from 'netdev-core';
import { createAnsweringRunner, type Runner } from 'netdev-exec';
import { createFreeBsdNetDev } from '../src/index.js';

/** The programs of a simulated FreeBSD host. `onCommand` is told of each that is run, without the words that enter a jail. */
export function runnerOn(host: FreeBsdHost, onCommand: (argv: readonly string[]) => void = () => {}): Runner {
  const { answer, start } = answersOf(host);
  return createAnsweringRunner(
    (command) => {
      onCommand(command.argv);
      return answer(command);
    },
    {
      start: (command, stage) => {
        onCommand(command.argv);
        return start(command, stage);
      },
    },
  );
}

export interface SimulatedSubject {
  host: FreeBsdHost;
  driver: NetDevDriver;
}

/** A driver in a jail of its own on a host of its own, with the modules loaded. */
export async function simulatedDriver(
  options: NetDevOptions & FreeBsdHostOptions & { onCommand?: (argv: readonly string[]) => void } = {},
): Promise<SimulatedSubject> {
  const { version, onCommand, ...rest } = options;
  const host = createFreeBsdHost(version === undefined ? {} : { version });
  host.run(['kldload', 'if_bridge', 'if_tuntap', 'if_epair', 'if_vlan']);
  return { host, driver: await createFreeBsdNetDev({ runner: runnerOn(host, onCommand), ...rest }) };
}
