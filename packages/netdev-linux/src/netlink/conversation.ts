import { type Acknowledgement, decodeAcknowledgement } from './acknowledgement.js';
import { NLM_F, NLMSG } from './constants/index.js';
import { NetlinkDecodeError } from './decode-error.js';
import { splitMessages } from './message.js';

/** Something that the kernel told. */
export interface Told {
  type: number;
  payload: Uint8Array;
}

/** How the answer to a request ended. */
export interface AnswerEnd extends Acknowledgement {
  /** The kernel says that the table changed while it was dumped (NLM_F_DUMP_INTR). */
  interrupted: boolean;
}

/** What came back for one request. */
export interface Answer extends AnswerEnd {
  /** One message for a question, any number for a dump, none for a change. */
  messages: Told[];
}

interface Pending extends Answer {
  ended: boolean;
}

/** Matches what is read from a socket with the requests that were sent. */
export interface Conversation {
  /** Takes one datagram. Answers to other requests in it are passed over. @throws NetlinkDecodeError */
  receive(datagram: Uint8Array): void;
  /** Whether each request has its answer. */
  readonly ended: boolean;
  /** In the order of the requests. */
  answers(): Answer[];
}

/**
 * Starts a conversation about the requests with these sequence numbers. Each must ask for an
 * acknowledgement (NLM_F_ACK) or for a dump, since that is what ends it.
 *
 * @param hear is given what the kernel tells, as views of the datagram; without it the answers hold copies
 */
export function startConversation(sequences: readonly number[], hear?: (told: Told) => void): Conversation {
  const pending = new Map<number, Pending>(
    sequences.map((sequence) => [
      sequence,
      { messages: [], interrupted: false, errno: 0, extended: {}, ended: false },
    ]),
  );
  let open = pending.size;
  return {
    receive(datagram) {
      for (const message of splitMessages(datagram)) {
        const answer = pending.get(message.sequence);
        if (answer === undefined || answer.ended) continue;
        if ((message.flags & NLM_F.DUMP_INTR) !== 0) answer.interrupted = true;
        if (message.type === NLMSG.ERROR || message.type === NLMSG.DONE) {
          Object.assign(answer, decodeAcknowledgement(message));
          answer.ended = true;
          open -= 1;
        } else if (message.type === NLMSG.OVERRUN) {
          throw new NetlinkDecodeError('answer', 'the kernel lost data of it (NLMSG_OVERRUN)');
        } else if (message.type !== NLMSG.NOOP) {
          const { type, payload } = message;
          if (hear === undefined) answer.messages.push({ type, payload: new Uint8Array(payload) });
          else hear({ type, payload });
        }
      }
    },
    get ended() {
      return open === 0;
    },
    answers: () => [...pending.values()].map(({ ended: _, ...answer }) => answer),
  };
}
