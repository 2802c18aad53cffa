import { readFileSync, writeFileSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { Libc } from '../native/libc.js';
import { deleteNamedNamespace } from '../native/namespace.js';
import { sendFrame } from '../native/packet.js';
import { openRouteSocket, type RouteSocket } from '../native/route-socket.js';
import { createTap } from '../native/tap.js';
import { type Answer, concat, setSequence, startConversation } from '../netlink/index.js';
import { failureOf } from './failure.js';
import type { FromWorker, ToWorker, WorkerCallName, WorkerCalls } from './protocol.js';

type Handlers = { [Name in WorkerCallName]: (given: WorkerCalls[Name]['given']) => unknown };

/** Answers calls for the namespace that this thread is in, one after the other, until told to close. */
export function serve(libc: Libc, port: MessagePort): void {
  const socket = openRouteSocket(libc);
  const say = (message: FromWorker): void => port.postMessage(message);
  const exchange = createExchange(socket);
  const handlers: Handlers = {
    exchange: ({ requests }) => exchange(requests),
    createTap: (tap) => createTap(libc, tap),
    readSysctl: ({ path }) => readFileSync(`/proc/sys/${path}`, 'utf8'),
    writeSysctl: ({ path, value }) => writeFileSync(`/proc/sys/${path}`, value),
    deleteNamespace: ({ name }) => deleteNamedNamespace(libc, name),
    sendFrame: ({ linkIndex, frame }) => sendFrame(libc, linkIndex, frame),
  };
  port.on('message', async (message: ToWorker) => {
    if ('close' in message) {
      socket.close();
      port.close();
      return;
    }
    const { id, call, given } = message;
    try {
      say({ id, answer: await handlers[call](given as never) });
    } catch (error) {
      say({ id, failure: failureOf(error) });
    }
  });
  say({ ready: true });
}

/** How many requests go in one send: their acknowledgements have to fit the socket's queue, also a small one. */
const REQUESTS_A_SEND = 128;

/** The same by size: more than the socket's send buffer is refused (EMSGSIZE). */
const BYTES_A_SEND = 64 * 1024;

/** Splits requests into what may go in one send, in order. */
export function chunksOf(requests: readonly Uint8Array[]): Uint8Array[][] {
  const chunks: Uint8Array[][] = [];
  let size = 0;
  for (const request of requests) {
    const last = chunks.at(-1);
    if (last === undefined || last.length === REQUESTS_A_SEND || size + request.length > BYTES_A_SEND) {
      chunks.push([request]);
      size = request.length;
    } else {
      last.push(request);
      size += request.length;
    }
  }
  return chunks;
}

/**
 * Sends requests and reads until each has its answer. The kernel works within the send, so the
 * answers wait already. Of requests sent together it does all, also those after one that it refused.
 */
function createExchange(socket: RouteSocket): (requests: readonly Uint8Array[]) => Answer[] {
  let sequence = 0;
  return (requests) =>
    chunksOf(requests).flatMap((chunk) => {
      const sequences = chunk.map((request) => {
        sequence = (sequence % 0xffff_fffe) + 1;
        setSequence(request, sequence);
        return sequence;
      });
      const conversation = startConversation(sequences);
      socket.send(concat(chunk));
      while (!conversation.ended) conversation.receive(socket.receive());
      return conversation.answers();
    });
}
