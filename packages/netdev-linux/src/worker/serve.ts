import { readFileSync, writeFileSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { Libc } from '../native/libc.js';
import { deleteNamedNamespace } from '../native/namespace.js';
import { sendFrame } from '../native/packet.js';
import { openRouteSocket } from '../native/route-socket.js';
import { setTap } from '../native/tap.js';
import { createExchange } from './exchange.js';
import { failureOf } from './failure.js';
import { packAnswers, packMessages, unpackRequests } from './pack.js';
import type { FromWorker, ToWorker, WorkerCallName, WorkerCalls } from './protocol.js';

type Handlers = { [Name in WorkerCallName]: (given: WorkerCalls[Name]['given'], id: number) => unknown };

/** Answers calls for the namespace that this thread is in, one after the other, until told to close. */
export function serve(libc: Libc, port: MessagePort): void {
  const socket = openRouteSocket(libc);
  const say = (message: FromWorker, handedOver: ArrayBuffer[] = []): void =>
    port.postMessage(message, handedOver);
  const exchange = createExchange(socket, (tap) => setTap(libc, tap));
  const handlers: Handlers = {
    exchange: (packed) => packAnswers(exchange.ask(unpackRequests(packed))),
    dump: ({ request }, id) =>
      exchange.dump(request, (told) => {
        const heard = packMessages(told);
        say({ id, heard }, buffersOf(heard));
      }),
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
      const answer = await handlers[call](given as never, id);
      say({ id, answer }, buffersOf(answer));
    } catch (error) {
      say({ id, failure: failureOf(error) });
    }
  });
  say({ ready: true });
}

/** The buffers of a message that need not be copied. */
function buffersOf(answer: unknown): ArrayBuffer[] {
  const { bytes } = Object(answer) as { bytes?: unknown };
  return bytes instanceof Uint8Array ? [bytes.buffer as ArrayBuffer] : [];
}
