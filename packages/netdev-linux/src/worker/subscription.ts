import { closeSync, writeSync } from 'node:fs';
import { PlatformError } from 'netdev-core';
import type { KernelNotice } from '../kernel.js';
import { RTNLGRP } from '../netlink/index.js';
import { errorOf } from './failure.js';
import type { FromWorker } from './protocol.js';
import { startWorker, untilReady } from './start-worker.js';

/** The groups of everything that a driver tells of. */
const groups = [
  RTNLGRP.LINK,
  RTNLGRP.NEIGH,
  RTNLGRP.IPV4_IFADDR,
  RTNLGRP.IPV4_ROUTE,
  RTNLGRP.IPV4_RULE,
  RTNLGRP.IPV6_IFADDR,
  RTNLGRP.IPV6_ROUTE,
  RTNLGRP.IPV6_RULE,
  RTNLGRP.BRVLAN,
];

/** How many notices are kept for a program that is busy with others. */
const WAITING_MAX = 100_000;

/** A thread that listens to the kernel, and what it heard and nobody has taken yet. */
export interface Subscription {
  /** Settles when the kernel tells this thread of every change from then on. Never rejects. */
  readonly listening: Promise<void>;
  /** The next notice; `undefined` once it is stopped. One caller at a time. */
  next(): Promise<KernelNotice | undefined>;
  /** Ends the thread and a `next` that waits. May be called twice. */
  stop(): Promise<void>;
}

/**
 * The descriptors that wake the threads of this program, which sleep in the kernel. A program that
 * exits joins its threads, so they have to be woken then.
 */
const wakeFds = new Set<number>();

function wakeAll(): void {
  for (const fd of wakeFds) wake(fd);
}

function wake(fd: number): void {
  writeSync(fd, new Uint8Array(BigUint64Array.of(1n).buffer));
}

function keepWakeFd(fd: number): void {
  if (wakeFds.size === 0) process.on('exit', wakeAll);
  wakeFds.add(fd);
}

/** After its thread has ended: nobody else closes it, so its number cannot mean another file before. */
function dropWakeFd(fd: number): void {
  wakeFds.delete(fd);
  closeSync(fd);
  if (wakeFds.size === 0) process.off('exit', wakeAll);
}

/** Starts to listen in a namespace (the process's own if none is given), at once. */
export function startSubscription(namespacePath: string | undefined): Subscription {
  const attempt = { operation: 'watch', object: namespacePath ?? "the process's own namespace" };
  const worker = startWorker({ do: 'watch', namespacePath, groups });
  const waiting: KernelNotice[] = [];
  let failure: unknown;
  let stopped = false;
  let tell = (): void => {};

  worker.on('message', (message: FromWorker) => {
    if ('notices' in message) {
      // Who takes them too slowly is told so, as the kernel does, instead of the memory filling up.
      if (waiting.length > WAITING_MAX) waiting.splice(0, waiting.length, 'overrun');
      else waiting.push(...message.notices);
    }
    if ('failed' in message) failure = errorOf(message.failed, attempt);
    tell();
  });
  worker.on('error', (cause) => {
    failure = new PlatformError({ ...attempt, detail: String(cause), cause });
    tell();
  });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      stopped = true;
      resolve();
      tell();
    });
  });
  let wakeFd: number | undefined;
  const listening = untilReady(worker, attempt).then(
    (ready) => {
      wakeFd = ready.wakeFd;
      if (wakeFd !== undefined) keepWakeFd(wakeFd);
      // A program that waits for events is not done.
      worker.ref();
    },
    (error: unknown) => {
      failure = error;
    },
  );
  let stopping: Promise<void> | undefined;

  return {
    listening,
    async next() {
      await listening;
      while (waiting.length === 0 && !stopped && failure === undefined) {
        await new Promise<void>((resolve) => {
          tell = resolve;
        });
      }
      if (failure !== undefined) throw failure;
      return stopped ? undefined : waiting.shift();
    },
    stop() {
      stopped = true;
      tell();
      stopping ??= listening.then(async () => {
        if (wakeFd === undefined) return;
        wake(wakeFd);
        await ended;
        dropWakeFd(wakeFd);
      });
      return stopping;
    },
  };
}
