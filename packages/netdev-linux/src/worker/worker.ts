import { parentPort, workerData } from 'node:worker_threads';
import { loadLibc } from '../native/libc.js';
import { createNamedNamespace, enterNamespace } from '../native/namespace.js';
import { failureOf } from './failure.js';
import type { FromWorker, WorkerJob } from './protocol.js';
import { serve } from './serve.js';
import { watch } from './watch.js';

/** The first code of a thread: enters its namespace, then does its job. */
function run(job: WorkerJob): void {
  if (parentPort === null) throw new Error('this file is for a thread');
  const say = (message: FromWorker): void => parentPort?.postMessage(message);
  try {
    const libc = loadLibc();
    switch (job.do) {
      case 'serve':
      case 'watch':
        if (job.namespacePath !== undefined) enterNamespace(libc, job.namespacePath);
        if (job.do === 'serve') serve(libc, parentPort);
        else watch(libc, parentPort, job.groups);
        break;
      case 'create-namespace':
        createNamedNamespace(libc, job.name);
        say({ result: true });
        break;
    }
  } catch (error) {
    say({ failed: failureOf(error) });
  }
}

run(workerData as WorkerJob);
