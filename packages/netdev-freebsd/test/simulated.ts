import {
  type CommandResult,
  createFreeBsdHost,
  type FreeBsdHost,
  type FreeBsdHostOptions,
} from 'netdev-conformance/freebsd';
import type { NamespaceRef, NetDevDriver, NetDevOptions } from 'netdev-core';
import { type AskedCommand, createAnsweringRunner, type Runner } from 'netdev-exec';
import { createFreeBsdNetDev } from '../src/index.js';

/** The programs of a simulated FreeBSD host. `onCommand` is told of each that is run, without the words that enter a jail. */
export function runnerOn(host: FreeBsdHost, onCommand: (argv: readonly string[]) => void = () => {}): Runner {
  const answer = ({ argv, stdin, namespace }: AskedCommand): CommandResult => {
    onCommand(argv);
    const jail = jailOf(namespace);
    return host.run(jail === undefined ? argv : ['jexec', jail, ...argv], { stdin });
  };
  return createAnsweringRunner(answer, {
    start: ({ argv, namespace }, stage) => {
      onCommand(argv);
      if (argv.join(' ') !== 'route -n monitor') return undefined;
      const end = host.monitor(jailOf(namespace), () => stage.print('got message\n'));
      return {
        signal: (signal) => {
          end();
          stage.end({ exitCode: undefined, signal });
        },
      };
    },
  });
}

function jailOf(namespace: NamespaceRef | undefined): string | undefined {
  return namespace !== undefined && 'name' in namespace ? namespace.name : undefined;
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
