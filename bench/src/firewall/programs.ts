import { spawnSync } from 'node:child_process';

/** Runs a program in a named network namespace, as ours are run there; gives what it printed. @throws Error when it fails */
export function runInside(namespace: string, argv: readonly string[], input = ''): string {
  const words = [`--net=/run/netns/${namespace}`, '--', ...argv];
  const { status, stdout, stderr } = spawnSync('nsenter', words, {
    input,
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(`${argv.join(' ')}: ${stderr}`);
  return stdout;
}
