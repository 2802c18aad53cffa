import type { MessagePort } from 'node:worker_threads';
import { type Libc, SystemCallError } from '../native/libc.js';
import { openRouteSocket } from '../native/route-socket.js';
import { splitMessages } from '../netlink/index.js';
import type { FromWorker } from './protocol.js';

/**
 * How long it sleeps at most. Node cannot interrupt a thread in a system call, so this is how long a
 * thread is waited for that ends without being woken, as when the thread that started it is terminated.
 */
const SLEEP_MS = 1000;

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
      if (news !== true) continue;
      try {
        for (const { type, payload } of splitMessages(socket.receive()))
          say({ notice: { type, payload: payload.slice() } });
      } catch (error) {
        // The kernel's queue ran over: some notices are lost, and nobody can say which (netlink(7)).
        if (!(error instanceof SystemCallError && error.errno === 'ENOBUFS')) throw error;
        say({ notice: 'overrun' });
      }
    }
  } finally {
    socket.close();
  }
}
