import { InvalidArgumentError, isNetDevError } from 'netdev-core';
import type { HostFiles } from 'netdev-exec';
import { allowsExecution, parseMountinfo } from './executable-mount.js';
import type { HostPlatform, PlatformMeans } from './host-platform.js';

/** Linux, as /proc shows it. */
export function createLinuxPlatform({ files }: PlatformMeans): HostPlatform {
  return {
    defaultDirectory() {
      if (process.getuid?.() === 0) return '/run/netdev/dhcp';
      const runtime = process.env.XDG_RUNTIME_DIR;
      if (runtime !== undefined && runtime !== '') return `${runtime}/netdev/dhcp`;
      throw new InvalidArgumentError(
        'directory',
        undefined,
        'given (XDG_RUNTIME_DIR is not set, and /run is for root)',
      );
    },

    async process(pid) {
      const birth = await birthOf(files, pid);
      if (birth === undefined) return undefined;
      const words = (await files.read(`/proc/${pid}/cmdline`)) ?? '';
      return { birth, commandLine: words.split('\0').slice(0, -1) };
    },

    // proc_pid_task(5); not there where the kernel was built without it.
    children: async (pid) =>
      ((await files.read(`/proc/${pid}/task/${pid}/children`)) ?? '').split(' ').filter(Boolean).map(Number),

    async processesOn(file, word) {
      const pids = (await files.list('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
      const started = await Promise.all(
        pids.map(async (pid) => (await files.read(`/proc/${pid}/cmdline`))?.split('\0').includes(word)),
      );
      const candidates = pids.filter((_, place) => started[place]);
      const seen = await Promise.all(candidates.map((pid) => sees(files, pid, file)));
      return candidates.filter((_, place) => seen[place]);
    },

    allowsExecution: async (directory) =>
      allowsExecution(parseMountinfo((await files.read('/proc/self/mountinfo')) ?? ''), directory),

    canChangeUser: () => canChangeUser(files),
  };
}

/** Whether a file is the same one for a process as for us (proc_pid_root(5)). */
async function sees(files: HostFiles, pid: number, file: string): Promise<boolean> {
  try {
    const ours = await files.version(file);
    return ours !== undefined && ours === (await files.version(`/proc/${pid}/root${file}`));
  } catch (error) {
    // Into what is somebody else's nobody may look.
    if (isNetDevError(error, 'PERMISSION_DENIED')) return false;
    throw error;
  }
}

/**
 * When a process began, in clock ticks since boot, as long as it holds its sockets. A process that ends loses its command
 * line before it closes its files (do_exit of kernel/exit.c), and is a zombie only after that.
 */
async function birthOf(files: HostFiles, pid: number): Promise<string | undefined> {
  const stat = await files.read(`/proc/${pid}/stat`);
  // The name in brackets may hold anything; the state is the third field, the start the 22nd (proc_pid_stat(5)).
  const [state, ...rest] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  const birth = rest[18];
  return birth === undefined || state === 'Z' || state === 'X' ? undefined : birth;
}

/** Not in a user namespace without the right to set groups, or with a single id (user_namespaces(7)). */
async function canChangeUser(files: HostFiles): Promise<boolean> {
  const setgroups = await files.read('/proc/self/setgroups');
  const map = await files.read('/proc/self/uid_map');
  const ids = (map ?? '')
    .split('\n')
    .reduce((total, line) => total + Number(line.trim().split(/\s+/)[2] ?? 0), 0);
  return setgroups?.trim() !== 'deny' && ids !== 1;
}
