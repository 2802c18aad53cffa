import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { PermissionError } from 'netdev-core';

/**
 * Where the locks of this user's programs are: the first of these that can be made and that nobody else
 * may write to. Root's is below /run (file-hierarchy(7)); others have a run time directory of their own
 * or a part of the one for temporary files. It is no directory that anything else is kept in: others may
 * not even look into it.
 *
 * @throws PermissionError when there is none
 */
export async function findLockDirectory(candidates = usualDirectories()): Promise<string> {
  for (const directory of candidates) if (await isOurs(directory)) return directory;
  throw new PermissionError({
    operation: 'make a directory for locks',
    object: candidates.join(', '),
    detail: 'none of them can be made or is writable by this user alone',
    hint: 'give createHostLocks a directory',
  });
}

function usualDirectories(): string[] {
  const runtime = process.env.XDG_RUNTIME_DIR;
  return [
    '/run/netdev-locks',
    '/var/run/netdev-locks',
    ...(runtime === undefined ? [] : [join(runtime, 'netdev-locks')]),
    join(tmpdir(), `netdev-locks-${process.getuid?.() ?? userInfo().username}`),
  ];
}

/** A directory that others may write to is no place for locks: they could take them away. */
async function isOurs(directory: string): Promise<boolean> {
  try {
    await mkdir(directory, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    const stat = await lstat(directory);
    return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0;
  } catch {
    return false;
  }
}
