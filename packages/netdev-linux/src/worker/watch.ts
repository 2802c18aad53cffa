import type { MessagePort } from 'node:worker_threads';
import type { KernelNotice } from '../kernel.js';
import { type Libc, SystemCallError } from '../native/libc.js';
import { openRouteSocket, type RouteSocket } from '../native/route-socket.js';
import { splitMessages } from '../netlink/index.js';
import type { FromWorker } from './protocol.js';

/**
 * How long it sleeps at most. Node cannot interrupt a thread in a system call, so this is how long a
 * thread is waited for that ends without being woken, as when the thread that started it is terminated.
 */
const SLEEP_MS = 1000;

/** How many datagrams are read before they are passed on: together, as each message to the program costs. */
const DATAGRAMS_AT_ONCE = 256;

/**
 * Passes on what the kernel tells the groups, until the program writes to the descriptor that it was
 * given and closes afterwards. The thread sleeps in poll(2): a thread of its own, so none of those that
 * Node shares out.
 */
export function watch(libc: Libc, port: MessagePort, groups: readonly number[]): void {
  const socket = openRouteSocket(libc, groups);
  const wakeFd = libc.eventfd();
  const say = (message: FromWorker): void => port.postMessage(message);
  say({ ready: true, wakeFd });
  try {
    for (;;) {
      const [news, wake] = libc.pollReadable([socket.fd, wakeFd], SLEEP_MS);
      if (wake === true) break;
      if (news === true) say({ notices: readNotices(socket) });
    }
  } finally {
    socket.close();
  }
}

function readNotices(socket: RouteSocket): KernelNotice[] {
  const notices: KernelNotice[] = [];
  try {
    for (let count = 0; count < DATAGRAMS_AT_ONCE; count++) {
      const datagram = socket.receiveWaiting();
      if (datagram === undefined) break;
      for (const { type, payload } of splitMessages(datagram)) {
        notices.push({ type, payload: new Uint8Array(payload) });
      }
    }
    return notices;
  } catch (error) {
    if (!isOverrun(error)) throw error;
    discard(socket);
    return [...notices, 'overrun'];
  }
}

/**
 * The kernel's queue ran over: some notices are lost, and nobody can say which (netlink(7)). Those that
 * are still in it are from before: told after everything was read anew, they would be stale.
 */
function discard(socket: RouteSocket): void {
  for (;;) {
    try {
      if (socket.receiveWaiting() === undefined) return;
    } catch (error) {
      if (!isOverrun(error)) throw error;
    }
  }
}

function isOverrun(error: unknown): boolean {
  return error instanceof SystemCallError && error.errno === 'ENOBUFS';
}
