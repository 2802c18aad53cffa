import type { KernelRequest, TapRequest } from '../kernel.js';
import { type Answer, concat } from '../netlink/index.js';

/**
 * Requests on their way between threads: all bytes in one buffer that changes hands, and the length of each. A thousand
 * arrays and objects take longer to be copied than the kernel takes for them.
 */
export interface PackedRequests {
  bytes: Uint8Array;
  /** The length of a request, or the tap that is asked for. */
  parts: (number | TapRequest)[];
}

/** Answers on their way. */
export interface PackedAnswers {
  /** What was told, one after the other. */
  bytes: Uint8Array;
  /** 0 for an answer that says that it was done, and nothing else. */
  answers: (0 | PackedAnswer)[];
}

interface PackedAnswer extends Omit<Answer, 'messages'> {
  /** The type and the length of each message in turn. */
  messages: number[];
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

export function packAnswers(answers: readonly Answer[]): PackedAnswers {
  return {
    bytes: concat(answers.flatMap(({ messages }) => messages.map(({ payload }) => payload))),
    answers: answers.map((answer) =>
      isPlain(answer)
        ? 0
        : { ...answer, messages: answer.messages.flatMap(({ type, payload }) => [type, payload.length]) },
    ),
  };
}

function isPlain({ errno, extended, messages, interrupted }: Answer): boolean {
  return errno === 0 && !interrupted && messages.length === 0 && Object.keys(extended).length === 0;
}

/** The answers, what they tell as views of the buffer. */
export function unpackAnswers({ bytes, answers }: PackedAnswers): Answer[] {
  let offset = 0;
  return answers.map((answer) => {
    const messages: Answer['messages'] = [];
    if (answer === 0) return { errno: 0, extended: {}, interrupted: false, messages };
    for (let place = 0; place < answer.messages.length; place += 2) {
      const [type = 0, length = 0] = [answer.messages[place], answer.messages[place + 1]];
      messages.push({ type, payload: bytes.subarray(offset, offset + length) });
      offset += length;
    }
    return { ...answer, messages };
  });
}
