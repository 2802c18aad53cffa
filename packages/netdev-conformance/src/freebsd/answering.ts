import type { NamespaceRef } from 'netdev-core';
import type { CommandResult } from './command.js';
import type { FreeBsdHost } from './create-freebsd-host.js';
import type { RunningProgram } from './dnsmasq/program.js';

/** A command as `createAnsweringRunner` of netdev-exec is asked for it. */
export interface AskedOfHost {
  argv: readonly string[];
  stdin: string | undefined;
  env: Readonly<Record<string, string>> | undefined;
  /** The jail, by its name. */
  namespace: NamespaceRef | undefined;
}

/** What a process that stays can do there. */
export interface StageOfHost {
  readonly pid: number;
  print(text: string): void;
  end(end: { exitCode: number | undefined; signal: NodeJS.Signals | undefined }): void;
}

/** The two functions of which `createAnsweringRunner` makes a runner: `createAnsweringRunner(answer, { start })`. */
export interface AnswersOfHost {
  /** `undefined`: FreeBSD has no such program. */
  answer(command: AskedOfHost): CommandResult | undefined;
  start(
    command: AskedOfHost & { logFile: string | undefined },
    stage: StageOfHost,
  ): RunningProgram | undefined;
}

/** What programs may look for and do not find: these of dnsmasq (contrib/lease-tools) are written for Linux. */
const absent: readonly string[] = ['dhcp_release', 'dhcp_release6'];

/** Lets a driver run its commands on a simulated host. */
export function answersOf(host: FreeBsdHost): AnswersOfHost {
  return {
    answer({ argv, stdin, env, namespace }) {
      const jail = jailOf(namespace);
      if (absent.includes(argv[0] ?? '')) return undefined;
      return host.run(jail === undefined ? argv : ['jexec', jail, ...argv], { stdin, env });
    },
    start({ argv, namespace, logFile }, { pid, print, end }) {
      const jail = jailOf(namespace);
      if (argv.join(' ') === 'route -n monitor') {
        const stop = host.monitor(jail, () => print('got message\n'));
        return {
          signal(signal) {
            stop();
            end({ exitCode: undefined, signal: signal as NodeJS.Signals });
          },
        };
      }
      return host.start(argv, {
        ...{ pid, jail, logFile },
        ended: ({ exitCode, signal }) => end({ exitCode, signal: signal as NodeJS.Signals | undefined }),
      });
    },
  };
}

function jailOf(namespace: NamespaceRef | undefined): string | undefined {
  return namespace !== undefined && 'name' in namespace ? namespace.name : undefined;
}
