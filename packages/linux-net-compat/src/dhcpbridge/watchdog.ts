import { Worker } from 'node:worker_threads';

/** Runs in a thread of its own, which goes on while the other one is caught in a loop. */
const program = `
const { parentPort } = require('node:worker_threads');
let timer;
parentPort.on('message', (milliseconds) => {
  clearTimeout(timer);
  if (milliseconds === 0) return;
  timer = setTimeout(() => {
    require('node:fs').writeSync(2, 'no answer within ' + milliseconds + ' ms\\n');
    process.kill(-process.pid, 'SIGKILL');
  }, milliseconds);
});`;

/** Ends this process, with all of its process group, when a work takes too long. */
export interface Watchdog {
  during<Result>(milliseconds: number, work: () => Promise<Result>): Promise<Result>;
}

/** For a process that leads its group. */
export function startWatchdog(): Watchdog {
  const thread = new Worker(program, { eval: true });
  thread.unref();
  return {
    async during(milliseconds, work) {
      thread.postMessage(milliseconds);
      try {
        return await work();
      } finally {
        thread.postMessage(0);
      }
    },
  };
}
