import { closeSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import { type Libc, SystemCallError } from '../native/libc.js';
import { openRouteSocket } from '../native/route-socket.js';
import { splitMessages } from '../netlink/index.js';
import type { FromWorker } from './protocol.js';

/**
 * Passes on what the kernel tells the groups, until the program writes to the descriptor that it was
 * given. The thread sleeps in poll(2): a thread of its own, so none of those that Node shares out.
 */
export function watch(libc: Libc, port: MessagePort, groups: readonly number[]): void {
  const socket = openRouteSocket(libc, groups);
  const wakeFd = libc.eventfd();
  const say = (message: FromWorker): void => port.postMessage(message);
  say({ ready: true, wakeFd });
  try {
    for (;;) {
      const [news, wake] = libc.pollReadable([socket.fd, wakeFd], -1);
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
    closeSync(wakeFd);
    port.close();
  }
}
