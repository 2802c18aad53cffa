import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const agent = fileURLToPath(new URL('agent.mjs', import.meta.url));

/** A program that runs in a network namespace for as long as a test does: a process for each connection takes longer. */
export interface Machine {
  /** Answers TCP connections to a port with the address that they come from. */
  serve(port: number): Promise<void>;
  /** The address that a server saw, or `undefined` when nothing came back. May be called several times at once. */
  connect(address: string, port: number, source?: string): Promise<string | undefined>;
  stop(): void;
}

export function startMachine(namespace: string): Machine {
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, agent], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const asked: { resolve(seen: string | undefined): void; reject(error: Error): void }[] = [];
  const failAll = (): void => {
    for (const { reject } of asked) reject(new Error(`the machine in ${namespace} is gone`));
  };
  child.stdin.on('error', failAll);
  child.on('exit', failAll);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { id, result, error } = JSON.parse(line) as { id: number; result?: string; error?: string };
    if (error === undefined) asked[id]?.resolve(result);
    else asked[id]?.reject(new Error(error));
  });
  const ask = (order: object): Promise<string | undefined> =>
    new Promise((resolve, reject) => {
      const id = asked.push({ resolve, reject }) - 1;
      child.stdin.write(`${JSON.stringify({ id, ...order })}\n`);
    });
  return {
    async serve(port) {
      await ask({ work: 'serve', port });
    },
    connect: (address, port, source) => ask({ work: 'connect', address, port, source }),
    stop: () => void child.kill('SIGKILL'),
  };
}
