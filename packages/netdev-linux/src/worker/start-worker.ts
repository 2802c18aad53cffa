import { Worker } from 'node:worker_threads';
import { PlatformError } from 'netdev-core';
import { errorOf, type FailedAttempt } from './failure.js';
import type { FromWorker, WorkerJob } from './protocol.js';

/** Starts a thread for a job. It does not keep the program alive by itself. */
export function startWorker(job: WorkerJob): Worker {
  const worker = new Worker(new URL('./worker.js', import.meta.url), {
    name: `netdev-linux ${job.do}`,
    workerData: job,
    // The program's own flags (a loader, --input-type) are not for this file.
    execArgv: [],
  });
  worker.unref();
  return worker;
}

/** Waits until a thread is ready, or says why it cannot be. */
export async function untilReady(
  worker: Worker,
  attempt: FailedAttempt,
): Promise<{ wakeFd: number | undefined }> {
  const message = await firstMessage(worker, attempt);
  if ('ready' in message) return { wakeFd: message.wakeFd };
  await worker.terminate();
  if ('failed' in message) throw errorOf(message.failed, attempt);
  throw new PlatformError({ ...attempt, detail: 'the thread answered something else' });
}

/** Starts a thread for a job that ends with a result, and waits for it. */
export async function runJob(job: WorkerJob, attempt: FailedAttempt): Promise<unknown> {
  const worker = startWorker(job);
  try {
    const message = await firstMessage(worker, attempt);
    if ('failed' in message) throw errorOf(message.failed, attempt);
    return 'result' in message ? message.result : undefined;
  } finally {
    await worker.terminate();
  }
}

function firstMessage(worker: Worker, attempt: FailedAttempt): Promise<FromWorker> {
  worker.ref();
  return new Promise<FromWorker>((resolve, reject) => {
    const broken = (detail: string, cause?: unknown): void =>
      reject(new PlatformError({ ...attempt, detail, cause }));
    worker.once('message', resolve);
    worker.once('error', (cause) => broken(cause instanceof Error ? cause.message : String(cause), cause));
    worker.once('exit', (code) => broken(`the thread ended with ${code}`));
  }).finally(() => worker.unref());
}
