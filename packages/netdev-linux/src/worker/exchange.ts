import type { KernelRequest, TapRequest } from '../kernel.js';
import { SystemCallError } from '../native/libc.js';
import type { RouteSocket } from '../native/route-socket.js';
import {
  type Answer,
  type AnswerEnd,
  concat,
  setSequence,
  startConversation,
  type Told,
} from '../netlink/index.js';

/** How many requests go in one send: their acknowledgements have to fit the socket's queue, also a small one. */
const REQUESTS_A_SEND = 128;

/** The same by size: more than the socket's send buffer is refused (EMSGSIZE). */
const BYTES_A_SEND = 64 * 1024;

type Tap = Exclude<KernelRequest, Uint8Array>;

/** Splits requests into what may go in one send, in order; a tap goes by itself. */
export function chunksOf(requests: readonly KernelRequest[]): (Uint8Array[] | Tap)[] {
  const chunks: (Uint8Array[] | Tap)[] = [];
  let size = 0;
  for (const request of requests) {
    const last = chunks.at(-1);
    if (!(request instanceof Uint8Array)) chunks.push(request);
    else if (
      !Array.isArray(last) ||
      last.length === REQUESTS_A_SEND ||
      size + request.length > BYTES_A_SEND
    ) {
      chunks.push([request]);
      size = request.length;
    } else {
      last.push(request);
      size += request.length;
    }
  }
  return chunks;
}

/** Asks the kernel by one socket, and waits for it. */
export interface Exchange {
  /**
   * Sends requests and reads until each has its answer. The kernel works within the send, so the
   * answers wait already. It does all that it can, also those after one that it refused.
   */
  ask(requests: readonly KernelRequest[]): Answer[];
  /** Asks for a dump. What the kernel tells is handed on datagram by datagram, as views that the next overwrites. */
  dump(request: Uint8Array, hear: (told: readonly Told[]) => void): AnswerEnd;
}

export function createExchange(socket: RouteSocket, setTap: (tap: TapRequest) => void): Exchange {
  let sequence = 0;
  const number = (request: Uint8Array): number => {
    sequence = (sequence % 0xffff_fffe) + 1;
    setSequence(request, sequence);
    return sequence;
  };
  const converse = (requests: readonly Uint8Array[]): Answer[] => {
    const conversation = startConversation(requests.map(number));
    socket.send(concat(requests));
    while (!conversation.ended) conversation.receive(socket.receive());
    return conversation.answers();
  };
  return {
    ask: (requests) =>
      chunksOf(requests).flatMap((chunk) =>
        Array.isArray(chunk) ? converse(chunk) : [answerOf(() => setTap(chunk.tap))],
      ),
    dump(request, hear) {
      let told: Told[] = [];
      const conversation = startConversation([number(request)], (message) => told.push(message));
      socket.send(request);
      while (!conversation.ended) {
        conversation.receive(socket.receive());
        if (told.length > 0) hear(told);
        told = [];
      }
      const [{ messages: _, ...end }] = conversation.answers() as [Answer];
      return end;
    },
  };
}

/** What a system call says, in the form of the kernel's answer to a request. */
function answerOf(call: () => void): Answer {
  try {
    call();
    return { errno: 0, extended: {}, messages: [], interrupted: false };
  } catch (error) {
    if (!(error instanceof SystemCallError)) throw error;
    return { errno: error.number, extended: { message: error.message }, messages: [], interrupted: false };
  }
}
