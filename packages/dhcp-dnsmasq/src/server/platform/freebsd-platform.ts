import { allowsExecution, parseMountPrint } from './executable-mount.js';
import type { HostPlatform, PlatformMeans, ShownProcess } from './host-platform.js';

/** FreeBSD, which has no /proc unless somebody mounts one: by ps(1) and mount(8). */
export function createFreeBsdPlatform({ runner }: PlatformMeans): HostPlatform {
  const shown = async (argv: readonly string[], accept: readonly number[]): Promise<string> =>
    runner.dryRun ? '' : (await runner.run(argv, { accept, privileged: false })).stdout;
  return {
    // hier(7): what is there until the next boot.
    defaultDirectory: () => '/var/run/netdev/dhcp',

    process: async (pid) =>
      // A header that is empty for each column is not printed, and the command is whole as the last one with -ww; 1: nobody
      // has this pid (bin/ps: ps.1, ps.c, print.c).
      parseProcess(
        await shown(
          ['ps', '-ww', '-o', 'state=', '-o', 'lstart=', '-o', 'command=', '-p', String(pid)],
          [0, 1],
        ),
      ),

    // pgrep(1); 1: there is none.
    children: async (pid) =>
      (await shown(['pgrep', '-P', String(pid)], [0, 1])).split('\n').filter(Boolean).map(Number),

    // Nothing tells whether a file of a process in a jail is ours.
    processesOn: async () => [],

    // In the form of fstab(5) (sbin/mount: mount.8, mount.c).
    allowsExecution: async (directory) =>
      allowsExecution(parseMountPrint(await shown(['mount', '-p'], [0])), directory),

    // A jail does not take that right away (jail(8)).
    canChangeUser: async () => true,
  };
}

/**
 * Reads `STATE LSTART COMMAND` of one process: the time is five words in the C locale (`Mon Nov 30 08:03:46 2026`, %c of
 * strftime(3)), and a state that begins with Z is a dead process. Blanks within a word of the command cannot be told apart.
 */
function parseProcess(text: string): ShownProcess | undefined {
  const [state, ...rest] = text.trim().split(/\s+/);
  const birth = rest.slice(0, 5);
  if (state === undefined || state.startsWith('Z') || birth.length < 5) return undefined;
  return { birth: birth.join(' '), commandLine: rest.slice(5) };
}
