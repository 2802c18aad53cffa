import type { HostFiles } from 'netdev-exec';

/** The pid in a file; `undefined` without the file, `null` for a file that holds no number. */
export async function readPidFile(files: HostFiles, path: string): Promise<number | null | undefined> {
  const text = await files.read(path);
  if (text === undefined) return undefined;
  return /^\s*\d+\s*$/.test(text) ? Number(text) : null;
}

/**
 * Whether a process is the one that is meant: its command line (proc(5)) contains `match`. A pid that
 * was given to another process since does not pass.
 */
export async function isProcessOf(files: HostFiles, pid: number, match: string): Promise<boolean> {
  return (await files.read(`/proc/${pid}/cmdline`))?.includes(match) ?? false;
}
