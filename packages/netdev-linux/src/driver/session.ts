import {
  DeviceNotFoundError,
  INTERFACE_NAME_MAX,
  InterruptedReadError,
  type OperationOptions,
  PlatformError,
} from 'netdev-core';
import type { Kernel } from '../kernel.js';
import {
  type Answer,
  decodeLink,
  encodeLink,
  encodeMessage,
  type LinkMessage,
  NLM_F,
  RTM,
} from '../netlink/index.js';
import { type Attempt, kernelError } from './kernel-error.js';

/** No such device (asm-generic/errno-base.h). */
const ENODEV = 19;

/** How often a dump is tried that the kernel marks as overtaken by changes. */
const DUMP_TRIES = 10;

/** Requests and dumps of one namespace, with the kernel's refusals as errors. */
export interface Session {
  readonly kernel: Kernel;
  /** A change: done, or an error. */
  change(
    type: number,
    flags: number,
    payload: Uint8Array,
    attempt: Attempt,
    options?: OperationOptions,
  ): Promise<void>;
  /** All that a dump tells, of one moment. @throws InterruptedReadError */
  dump<T>(
    type: number,
    payload: Uint8Array,
    decode: (payload: Uint8Array) => T,
    attempt: Attempt,
    options?: OperationOptions,
  ): Promise<T[]>;
  /** One link, by name or number and with what else is asked for, if it is there. `object` is for an error. */
  readLink(which: LinkMessage, object: string, options?: OperationOptions): Promise<LinkMessage | undefined>;
  /** One link by its name or another that it is known by, if it is there. */
  findLink(name: string, options?: OperationOptions): Promise<LinkMessage | undefined>;
  /** The number of a link. @throws DeviceNotFoundError */
  indexOf(name: string, attempt: Attempt, options?: OperationOptions): Promise<number>;
  /** The name of a link by its number, if it is there. */
  nameOf(index: number, options?: OperationOptions): Promise<string | undefined>;
  /** All links, or those of a kind (`info`) or bridge (`master`): the kernel leaves the others out. */
  listLinkMessages(filter: LinkMessage, options?: OperationOptions): Promise<LinkMessage[]>;
}

export function createSession(kernel: Kernel): Session {
  /** One request and its answer; a refusal is thrown unless it is one of those accepted. */
  const ask = async (
    request: Uint8Array,
    attempt: Attempt,
    options: OperationOptions | undefined,
    accept: readonly number[] = [],
  ): Promise<Answer> => {
    const [answer] = await kernel.exchange([request], options);
    if (answer === undefined) throw new PlatformError({ ...attempt, detail: 'the kernel gave no answer' });
    if (answer.errno !== 0 && !accept.includes(answer.errno)) throw kernelError(attempt, answer, request);
    return answer;
  };

  const dump = async <T>(
    type: number,
    payload: Uint8Array,
    decode: (payload: Uint8Array) => T,
    attempt: Attempt,
    options?: OperationOptions,
  ): Promise<T[]> => {
    const request = encodeMessage({ type, flags: NLM_F.REQUEST | NLM_F.DUMP }, payload);
    for (let tries = 0; tries < DUMP_TRIES; tries++) {
      const decoded: T[] = [];
      const end = await kernel.dump(request, (told) => decoded.push(decode(told)), options);
      if (end.errno !== 0) throw kernelError(attempt, end, request);
      if (!end.interrupted) return decoded;
    }
    throw new InterruptedReadError({
      ...attempt,
      detail: `changes overtook the read ${DUMP_TRIES} times (NLM_F_DUMP_INTR)`,
      hint: 'try again when the host is less busy, or read one device instead of all',
    });
  };

  const readLink: Session['readLink'] = async (which, object, options) => {
    const request = encodeMessage({ type: RTM.GETLINK, flags: NLM_F.REQUEST | NLM_F.ACK }, encodeLink(which));
    const { messages } = await ask(request, { operation: 'read link', object }, options, [ENODEV]);
    return messages[0] === undefined ? undefined : decodeLink(messages[0].payload);
  };
  const findLink: Session['findLink'] = (name, options) =>
    readLink(name.length > INTERFACE_NAME_MAX ? { altName: name } : { name }, name, options);

  return {
    kernel,
    dump,
    readLink,
    findLink,
    change: async (type, flags, payload, attempt, options) => {
      await ask(encodeMessage({ type, flags: flags | NLM_F.REQUEST | NLM_F.ACK }, payload), attempt, options);
    },
    indexOf: async (name, attempt, options) => {
      const found = await findLink(name, options);
      if (found?.index !== undefined) return found.index;
      throw new DeviceNotFoundError({ ...attempt, detail: `there is no device ${name}` });
    },
    nameOf: async (index, options) => (await readLink({ index }, `number ${index}`, options))?.name,
    listLinkMessages: (filter, options) =>
      dump(RTM.GETLINK, encodeLink(filter), decodeLink, { operation: 'list', object: 'links' }, options),
  };
}
