import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const agent = fileURLToPath(new URL('agent.mjs', import.meta.url));

/** What a machine is asked to do; see `agent.mjs`. */
export type Order =
  | { work: 'serve'; port: number }
  | { work: 'connect'; address: string; port: number; source?: string };

/** A program that runs in a network namespace and does as it is told. */
export interface Machine {
  /** The address that a server saw; `undefined` when nothing came back, or there is nothing to see. */
  ask(order: Order): Promise<string | undefined>;
  stop(): void;
}

export function startMachine(namespace: string): Machine {
  const child: ChildProcess = spawn('nsenter', [`--net=/run/netns/${namespace}`, process.execPath, agent], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, { resolve(seen: string | undefined): void; reject(error: Error): void }>();
  let asked = 0;
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { id, result, error } = JSON.parse(line) as { id: number; result?: string; error?: string };
      if (error === undefined) waiting.get(id)?.resolve(result);
      else waiting.get(id)?.reject(new Error(error));
      waiting.delete(id);
    });
  }
  child.on('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`the machine in ${namespace} is gone`));
  });
  return {
    ask(order) {
      asked += 1;
      const id = asked;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        child.stdin?.write(`${JSON.stringify({ id, ...order })}\n`);
      });
    },
    stop() {
      child.kill('SIGKILL');
    },
  };
}
