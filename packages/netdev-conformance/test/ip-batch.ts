import { execFile } from 'node:child_process';

/** Commands of ip(8) without that word, a line each, all by one process: in a network namespace, or where this runs. */
export function ipBatch(lines: readonly string[], namespace?: string): Promise<void> {
  const where = namespace === undefined ? [] : ['-netns', namespace];
  return new Promise((resolve, reject) => {
    const child = execFile('ip', [...where, '-batch', '-'], (error) => {
      if (error === null) resolve();
      else reject(error);
    });
    child.stdin?.end(`${lines.join('\n')}\n`);
  });
}
