import type { KernelRequest, TapRequest } from '../kernel.js';
import { type Answer, type AnswerEnd, concat, type Told } from '../netlink/index.js';

/**
 * Requests on their way between threads: all bytes in one buffer that changes hands, and the length of each. A thousand
 * arrays and objects take longer to be copied than the kernel takes for them.
 */
export interface PackedRequests {
  bytes: Uint8Array;
  /** The length of a request, or the tap that is asked for. */
  parts: (number | TapRequest)[];
}

/** What the kernel told, on its way: all payloads in one buffer, and the type and the length of each in turn. */
export interface PackedMessages {
  bytes: Uint8Array;
  messages: number[];
}

/** Answers on their way, and what was told, one after the other. */
export interface PackedAnswers extends PackedMessages {
  /** 0 for an answer that says that it was done, and nothing else. */
  answers: (0 | (AnswerEnd & { count: number }))[];
}

export function packRequests(requests: readonly KernelRequest[]): PackedRequests {
  return {
    bytes: concat(requests.filter((request) => request instanceof Uint8Array)),
    parts: requests.map((request) => (request instanceof Uint8Array ? request.length : request.tap)),
  };
}

/** The requests as views of the buffer. */
export function unpackRequests({ bytes, parts }: PackedRequests): KernelRequest[] {
  let offset = 0;
  return parts.map((part) => {
    if (typeof part !== 'number') return { tap: part };
    const start = offset;
    offset += part;
    return bytes.subarray(start, offset);
  });
}

export function packMessages(messages: readonly Told[]): PackedMessages {
  return {
    bytes: concat(messages.map(({ payload }) => payload)),
    messages: messages.flatMap(({ type, payload }) => [type, payload.length]),
  };
}

/** The messages, their payloads as views of the buffer. */
export function unpackMessages({ bytes, messages }: PackedMessages): Told[] {
  const told: Told[] = [];
  let offset = 0;
  for (let place = 0; place < messages.length; place += 2) {
    const [type = 0, length = 0] = [messages[place], messages[place + 1]];
    told.push({ type, payload: bytes.subarray(offset, offset + length) });
    offset += length;
  }
  return told;
}

export function packAnswers(answers: readonly Answer[]): PackedAnswers {
  return {
    ...packMessages(answers.flatMap(({ messages }) => messages)),
    answers: answers.map(({ messages, ...end }) =>
      messages.length === 0 && isPlain(end) ? 0 : { ...end, count: messages.length },
    ),
  };
}

function isPlain({ errno, extended, interrupted }: AnswerEnd): boolean {
  return errno === 0 && !interrupted && Object.keys(extended).length === 0;
}

/** One for all that were done: most answers of a batch say nothing else. */
const DONE: Answer = Object.freeze({ errno: 0, extended: {}, interrupted: false, messages: [] });

/** The answers, what they tell as views of the buffer. */
export function unpackAnswers(packed: PackedAnswers): Answer[] {
  const told = unpackMessages(packed);
  let place = 0;
  return packed.answers.map((answer) => {
    if (answer === 0) return DONE;
    const { count, ...end } = answer;
    place += count;
    return { ...end, messages: told.slice(place - count, place) };
  });
}
