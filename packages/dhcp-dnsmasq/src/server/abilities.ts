import { isNetDevError } from 'netdev-core';
import type { Runner } from 'netdev-exec';

/**
 * Whether this dnsmasq reads new files in a directory by itself, as it was compiled (`--version` lists `inotify` or
 * `no-inotify`; FreeBSD's has none). What does not tell, as a dry run, is taken for one that does.
 */
export async function noticesNewFiles(runner: Runner, binary: string): Promise<boolean> {
  if (runner.dryRun) return true;
  try {
    const { stdout } = await runner.run([binary, '--version'], { accept: 'any' });
    return !/\bno-inotify\b/.test(stdout);
  } catch (error) {
    // Whoever needs the program says that it is missing.
    if (isNetDevError(error, 'MISSING_TOOL')) return true;
    throw error;
  }
}
