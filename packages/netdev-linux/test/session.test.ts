import { InterruptedReadError } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { createSession, type Session } from '../src/driver/session.js';
import type { Kernel } from '../src/kernel.js';
import { type Answer, decodeLink, encodeLink, RTM, startConversation } from '../src/netlink/index.js';
import { recorded } from './recorded-messages.js';

const attempt = { operation: 'list', object: 'links' };

/** What the kernel once answered, as it is read from the socket. */
function played(name: string): Answer {
  const conversation = startConversation([1]);
  for (const datagram of recorded(name).datagrams) conversation.receive(datagram);
  const [answer] = conversation.answers();
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

/** A session whose dumps are answered by recordings, one after the other; the last for ever. */
function answering(...names: string[]): { session: Session; asked: () => number } {
  const answers = names.map(played);
  let count = 0;
  const dump: Kernel['dump'] = async (_request, take) => {
    count += 1;
    const { messages, ...end } = answers[Math.min(count, answers.length) - 1] as Answer;
    for (const { payload } of messages) take(payload);
    return end;
  };
  return { session: createSession({ dump } as Kernel), asked: () => count };
}

const list = (session: Session) => session.dump(RTM.GETLINK, encodeLink({}), decodeLink, attempt);

describe('a dump that changes overtook', () => {
  it('is read again, and nothing of the first answer is kept', async () => {
    const { session, asked } = answering('interrupted dump', 'interrupted dump', 'links');
    const links = await list(session);
    expect(asked()).toBe(3);
    expect(links.map(({ name }) => name)).toEqual(
      played('links').messages.map(({ payload }) => decodeLink(payload).name),
    );
  });

  it('is an error when the tenth time is no better, never half an answer', async () => {
    const { session, asked } = answering('interrupted dump');
    const error = await list(session).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InterruptedReadError);
    expect(error).toMatchObject({ ...attempt, detail: expect.stringContaining('NLM_F_DUMP_INTR') });
    expect(asked()).toBe(10);
  });

  it('may be good the tenth time', async () => {
    const { session, asked } = answering(...Array.from({ length: 9 }, () => 'interrupted dump'), 'links');
    expect(await list(session)).not.toEqual([]);
    expect(asked()).toBe(10);
  });
});
