import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = new URL('../../../', import.meta.url);

/** The text of a page, by its path in the project. */
export function pageText(path: string): Promise<string> {
  return readFile(new URL(path, root), 'utf8');
}

/** Does something with the file of a program, which is gone afterwards. */
export async function withProgram<Result>(
  code: string,
  use: (file: string) => Promise<Result>,
): Promise<Result> {
  // Beside the example's node_modules, so that the packages are found as a user's program finds them.
  const file = fileURLToPath(new URL(`../page-program-${randomUUID()}.mjs`, import.meta.url));
  await writeFile(file, code);
  try {
    return await use(file);
  } finally {
    await rm(file);
  }
}

/** Runs a command in a network namespace; gives its output. */
export type RunInside = (...words: string[]) => Promise<string>;

/** Does something in a network namespace of its own, which is gone afterwards with all that runs in it. */
export async function inNamespace(name: string, use: (inside: RunInside) => Promise<void>): Promise<void> {
  const namespace = `${name}-${process.pid}`;
  await run('ip', ['netns', 'add', namespace]);
  try {
    await use(async (...words) => (await run('ip', ['netns', 'exec', namespace, ...words])).stdout);
  } finally {
    const { stdout } = await run('ip', ['netns', 'pids', namespace]);
    for (const pid of stdout.split('\n').filter(Boolean)) endProcess(Number(pid));
    await run('ip', ['netns', 'delete', namespace]);
  }
}

/** Some that were listed, a helper of a server for one, have ended by themselves meanwhile. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
