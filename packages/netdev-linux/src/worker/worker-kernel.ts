import { writeSync } from 'node:fs';
import { AbortedError, ClosedError, type OperationOptions, PlatformError } from 'netdev-core';
import type { Kernel, KernelNotice } from '../kernel.js';
import { RTNLGRP } from '../netlink/index.js';
import { errorOf } from './failure.js';
import type { FromWorker, ToWorker, WorkerCallName, WorkerCalls } from './protocol.js';
import { startWorker, untilReady } from './start-worker.js';

interface Pending {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
  attempt: { operation: string; object?: string };
}

/** The groups of everything that a driver tells of. */
const groups = [
  RTNLGRP.LINK,
  RTNLGRP.NEIGH,
  RTNLGRP.IPV4_IFADDR,
  RTNLGRP.IPV4_ROUTE,
  RTNLGRP.IPV6_IFADDR,
  RTNLGRP.IPV6_ROUTE,
];

/**
 * The kernel of a namespace (the process's own if none is given), asked by a thread that owns the
 * socket and alone enters the namespace.
 *
 * @throws PlatformError, PermissionError when the namespace cannot be entered
 */
export async function createWorkerKernel(namespacePath: string | undefined): Promise<Kernel> {
  const attempt = { operation: 'open the kernel of', object: namespacePath ?? "the process's own namespace" };
  const worker = startWorker({ do: 'serve', namespacePath });
  await untilReady(worker, attempt);

  const pending = new Map<number, Pending>();
  let closed = false;
  let nextId = 0;
  const settle = (id: number): Pending | undefined => {
    const entry = pending.get(id);
    pending.delete(id);
    if (pending.size === 0) worker.unref();
    return entry;
  };
  const failAll = (error: (attempt: Pending['attempt']) => Error): void => {
    for (const [id, { reject, attempt: failed }] of pending) {
      settle(id);
      reject(error(failed));
    }
  };
  worker.on('message', (message: FromWorker) => {
    if (!('id' in message)) return;
    const entry = settle(message.id);
    if (entry === undefined) return;
    if ('failure' in message) entry.reject(errorOf(message.failure, entry.attempt));
    else entry.resolve(message.answer);
  });
  worker.on('error', (cause) =>
    failAll((failed) => new PlatformError({ ...failed, detail: String(cause), cause })),
  );
  worker.on('exit', () => {
    closed = true;
    failAll((failed) => new ClosedError(failed));
  });

  const call = <Name extends WorkerCallName>(
    name: Name,
    given: WorkerCalls[Name]['given'],
    about: Pending['attempt'],
    options: OperationOptions = {},
  ): Promise<WorkerCalls[Name]['answer']> => {
    if (closed) return Promise.reject(new ClosedError(about));
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(new AbortedError({ ...about, cause: signal.reason }));
    return new Promise((resolve, reject) => {
      nextId += 1;
      const id = nextId;
      const abort = (): void => settle(id)?.reject(new AbortedError({ ...about, cause: signal?.reason }));
      signal?.addEventListener('abort', abort, { once: true });
      const untie = (): void => signal?.removeEventListener('abort', abort);
      pending.set(id, {
        attempt: about,
        resolve: (answer) => {
          untie();
          resolve(answer as WorkerCalls[Name]['answer']);
        },
        reject: (error) => {
          untie();
          reject(error);
        },
      });
      worker.ref();
      worker.postMessage({ id, call: name, given } as unknown as ToWorker);
    });
  };

  return {
    exchange: (requests, options) =>
      call('exchange', { requests }, { operation: 'ask', object: 'the kernel' }, options),
    createTap: (tap, options) =>
      call('createTap', tap, { operation: 'create tap', object: tap.name }, options),
    readSysctl: (path, options) => call('readSysctl', { path }, { operation: 'read', object: path }, options),
    writeSysctl: (path, value, options) =>
      call('writeSysctl', { path, value }, { operation: 'write', object: path }, options),
    announce: (announcement, options) =>
      call('announce', announcement, { operation: 'announce', object: announcement.address }, options),
    subscribe: (options) => subscribe(namespacePath, options),
    close: async () => {
      if (closed) return;
      closed = true;
      worker.ref();
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      worker.postMessage({ close: true } satisfies ToWorker);
      await ended;
    },
  };
}

/** Notices in order. Those that nobody has taken yet wait here, so the kernel's queue stays short. */
async function* subscribe(
  namespacePath: string | undefined,
  { signal }: OperationOptions = {},
): AsyncGenerator<KernelNotice> {
  const attempt = { operation: 'watch', object: namespacePath ?? "the process's own namespace" };
  if (signal?.aborted) return;
  const worker = startWorker({ do: 'watch', namespacePath, groups });
  const waiting: KernelNotice[] = [];
  let wake = (): void => {};
  let over = false;
  let exited = false;
  const end = (): void => {
    over = true;
    wake();
  };
  const { wakeFd } = await untilReady(worker, attempt);
  worker.ref();
  worker.on('message', (message: FromWorker) => {
    if (!('notice' in message)) return;
    waiting.push(message.notice);
    wake();
  });
  worker.on('exit', () => {
    exited = true;
    end();
  });
  signal?.addEventListener('abort', end, { once: true });
  try {
    while (!over) {
      for (const notice of waiting.splice(0)) yield notice;
      if (waiting.length > 0 || over || signal?.aborted) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal?.removeEventListener('abort', end);
    if (!exited && wakeFd !== undefined) {
      const ended = new Promise((resolve) => worker.once('exit', resolve));
      writeSync(wakeFd, new Uint8Array(BigUint64Array.of(1n).buffer));
      await ended;
    }
  }
}
