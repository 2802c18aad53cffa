import { execFileSync } from 'node:child_process';

let made = 0;

/** Does something in a network namespace of its own, which is gone afterwards. */
export async function inFreshNamespace<T>(work: (name: string) => Promise<T>): Promise<T> {
  made += 1;
  const name = `bench-${process.pid}-${made}`;
  execFileSync('ip', ['netns', 'add', name]);
  try {
    return await work(name);
  } finally {
    execFileSync('ip', ['netns', 'delete', name]);
  }
}
