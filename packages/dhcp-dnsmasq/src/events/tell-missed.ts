import type { HostFiles, Runner } from 'netdev-exec';
import type { ServerPaths } from '../config/paths.js';

/**
 * Notes that events may be lost, when a server has not ended as it was told to: what it had not handed to its script
 * yet is gone with it. Answers whether that was so. Its pid is noted as long as nobody has ended it.
 */
export async function tellMissedOfKilled(
  { files, runner }: { files: HostFiles; runner: Runner },
  { pid, notifier }: ServerPaths,
): Promise<boolean> {
  if ((await files.read(pid)) === undefined) return false;
  await runner.run([notifier, 'missed'], { accept: 'any' });
  return true;
}
