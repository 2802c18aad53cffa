import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortedError,
  ClosedError,
  ipToBytes,
  type OperationOptions,
  PlatformError,
  parseIpAddress,
} from 'netdev-core';
import { gratuitousArp } from '../announce/arp.js';
import { unsolicitedAdvertisement } from '../announce/neighbour-advertisement.js';
import { macToBytes } from '../driver/mac-bytes.js';
import { takeTurns } from '../driver/turns.js';
import type { Kernel, KernelNotice } from '../kernel.js';
import { errorOf, type FailedAttempt } from './failure.js';
import { type PackedMessages, packRequests, unpackAnswers, unpackMessages } from './pack.js';
import type { FromWorker, ToWorker, WorkerCallName, WorkerCalls } from './protocol.js';
import { startWorker, untilReady } from './start-worker.js';
import { type Subscription, startSubscription } from './subscription.js';

interface Pending {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
  hear: ((piece: PackedMessages) => void) | undefined;
  attempt: FailedAttempt;
}

/**
 * The kernel of a namespace (the process's own if none is given), asked by a thread that owns the
 * socket and alone enters the namespace.
 *
 * @throws PlatformError, PermissionError when the namespace cannot be entered
 */
export async function createWorkerKernel(namespacePath: string | undefined): Promise<Kernel> {
  const attempt = {
    operation: 'enter',
    object: namespacePath ?? "the process's own namespace",
    needs:
      'the namespace has to exist (listNamespaces), and entering it needs CAP_SYS_ADMIN there: run as root or under unshare -rmn',
  };
  const worker = startWorker({ do: 'serve', namespacePath });
  await untilReady(worker, attempt);

  const pending = new Map<number, Pending>();
  const subscriptions = new Set<Subscription>();
  let closing: Promise<void> | undefined;
  let nextId = 0;

  const settle = (id: number): Pending | undefined => {
    const entry = pending.get(id);
    pending.delete(id);
    // Whoever closes waits for the thread's end, and the program with them.
    if (pending.size === 0 && closing === undefined) worker.unref();
    return entry;
  };
  const failAll = (error: (attempt: FailedAttempt) => Error): void => {
    for (const [id, { reject, attempt: failed }] of pending) {
      settle(id);
      reject(error(failed));
    }
  };
  worker.on('message', (message: FromWorker) => {
    if (!('id' in message)) return;
    if ('heard' in message) {
      pending.get(message.id)?.hear?.(message.heard);
      return;
    }
    const entry = settle(message.id);
    if (entry === undefined) return;
    if ('failure' in message) entry.reject(errorOf(message.failure, entry.attempt));
    else entry.resolve(message.answer);
  });
  worker.on('error', (cause) =>
    failAll((failed) => new PlatformError({ ...failed, detail: String(cause), cause })),
  );
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      closing ??= ended;
      failAll((failed) => new ClosedError(failed));
      resolve();
    });
  });

  const assertUsable: Kernel['assertUsable'] = (about, { signal } = {}) => {
    if (closing !== undefined) throw new ClosedError(about);
    if (signal?.aborted) throw new AbortedError({ ...about, cause: signal.reason });
  };

  /**
   * Has the thread do something. Not given up once it is sent: the kernel answers at once, and who
   * gave up could not know whether it was done.
   */
  const call = async <Name extends WorkerCallName>(
    name: Name,
    given: WorkerCalls[Name]['given'],
    about: FailedAttempt,
    options?: OperationOptions,
    { handedOver = [], hear }: { handedOver?: readonly ArrayBuffer[]; hear?: Pending['hear'] } = {},
  ): Promise<WorkerCalls[Name]['answer']> => {
    // What is changed after somebody began to watch is to be seen by them.
    for (const { listening } of subscriptions) await listening;
    assertUsable(about, options);
    nextId += 1;
    const id = nextId;
    worker.ref();
    worker.postMessage({ id, call: name, given } as unknown as ToWorker, handedOver);
    return new Promise((resolve, reject) => {
      pending.set(id, { attempt: about, resolve: resolve as Pending['resolve'], reject, hear });
    });
  };

  const subscribe = (options: OperationOptions = {}): AsyncIterableIterator<KernelNotice> => {
    if (closing !== undefined) throw new ClosedError({ operation: 'watch', object: attempt.object });
    const subscription = startSubscription(namespacePath);
    subscriptions.add(subscription);
    const stop = async (): Promise<void> => {
      options.signal?.removeEventListener('abort', stop);
      subscriptions.delete(subscription);
      await subscription.stop();
    };
    if (options.signal?.aborted) void stop();
    options.signal?.addEventListener('abort', stop);
    const end: IteratorReturnResult<undefined> = { done: true, value: undefined };
    return {
      async next() {
        const notice = await subscription.next();
        if (notice !== undefined) return { done: false, value: notice };
        await stop();
        return end;
      },
      async return() {
        await stop();
        return end;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };

  return {
    assertUsable,
    async exchange(requests, options) {
      const given = packRequests(requests);
      const about = { operation: 'ask', object: 'the kernel' };
      const handedOver = [given.bytes.buffer as ArrayBuffer];
      return unpackAnswers(await call('exchange', given, about, options, { handedOver }));
    },
    async dump(request, take, options) {
      const turns = takeTurns();
      const takeAll = async (piece: PackedMessages): Promise<void> => {
        for (const { payload } of unpackMessages(piece)) {
          take(payload);
          if (turns.isOver) await turns.next();
        }
      };
      let taken = Promise.resolve();
      const hear = (piece: PackedMessages): void => {
        taken = taken.then(() => takeAll(piece));
        // It is thrown below, when the kernel has told everything.
        taken.catch(() => {});
      };
      const about = { operation: 'ask', object: 'the kernel' };
      // A view is copied to another thread with all that it is a part of.
      const end = await call('dump', { request: request.slice() }, about, options, { hear });
      await taken;
      return end;
    },
    readSysctl: (path, options) => call('readSysctl', { path }, { operation: 'read', object: path }, options),
    writeSysctl: (path, value, options) =>
      call('writeSysctl', { path, value }, { operation: 'write', object: path }, options),

    deleteNamespace: (name, options) =>
      call('deleteNamespace', { name }, { operation: 'delete namespace', object: name }, options),

    async announce({ linkIndex, mac, address, count, intervalMs }, options = {}) {
      const about = { operation: 'announce', object: address };
      const bytes = ipToBytes(parseIpAddress(address));
      const frame = (bytes.length === 4 ? gratuitousArp : unsolicitedAdvertisement)(macToBytes(mac), bytes);
      for (let sent = 0; sent < count; sent++) {
        if (sent > 0) await pause(intervalMs, about, options);
        await call('sendFrame', { linkIndex, frame }, about, options);
      }
    },

    subscribe,

    close() {
      closing ??= (async () => {
        await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
        worker.ref();
        worker.postMessage({ close: true } satisfies ToWorker);
        await ended;
      })();
      return closing;
    },
  };
}

async function pause(
  milliseconds: number,
  about: FailedAttempt,
  { signal }: OperationOptions,
): Promise<void> {
  try {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (cause) {
    throw new AbortedError({ ...about, cause });
  }
}
