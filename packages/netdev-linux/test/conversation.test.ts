import { describe, expect, it } from 'vitest';
import {
  decodeLink,
  encodeLink,
  encodeMessage,
  NetlinkDecodeError,
  NLM_F,
  NLMSG,
  NLMSGERR_ATTR,
  RTM,
  startConversation,
} from '../src/netlink/index.js';
import { concat } from '../src/netlink/scalar.js';
import { attribute, text, u32 } from './netlink-bytes.js';
import { recorded } from './recorded-messages.js';

const link = (sequence: number, name: string, flags = 0) =>
  encodeMessage({ type: RTM.NEWLINK, sequence, flags }, encodeLink({ name }));
const acknowledge = (sequence: number, errno = 0, extra: Uint8Array = new Uint8Array(0)) =>
  encodeMessage(
    { type: NLMSG.ERROR, sequence, flags: NLM_F.CAPPED | NLM_F.ACK_TLVS },
    concat([u32(-errno), encodeMessage({ type: RTM.NEWLINK, sequence }, new Uint8Array(0)), extra]),
  );
const done = (sequence: number) => encodeMessage({ type: NLMSG.DONE, sequence, flags: NLM_F.MULTI }, u32(0));
const namesIn = (messages: readonly { payload: Uint8Array }[]) =>
  messages.map(({ payload }) => decodeLink(payload).name);

function play(name: string) {
  const conversation = startConversation([1]);
  for (const datagram of recorded(name).datagrams) {
    expect(conversation.ended).toBe(false);
    conversation.receive(datagram);
  }
  expect(conversation.ended).toBe(true);
  const [answer] = conversation.answers();
  if (answer === undefined) throw new Error('no answer');
  return answer;
}

describe('a recorded conversation', () => {
  it('gathers a dump of several parts', () => {
    const answer = play('links');
    expect(recorded('links').datagrams.length).toBeGreaterThan(1);
    expect(namesIn(answer.messages)).toContain('tap0');
    expect(answer.messages.length).toBe(recorded('links').messages.length - 1);
    expect(answer).toMatchObject({ errno: 0, interrupted: false });
  });

  it('notices that a dump was overtaken by a change', () => {
    expect(play('interrupted dump').interrupted).toBe(true);
  });

  it('ends with the message and its acknowledgement', () => {
    const answer = play('one link');
    expect(namesIn(answer.messages)).toEqual(['v0']);
  });

  it('ends with a refusal, also of a dump', () => {
    expect(play('exists')).toMatchObject({ errno: 17, messages: [] });
    expect(play('dump of a table that is not there')).toMatchObject({ errno: 2, messages: [] });
  });
});

describe('a conversation about several requests', () => {
  it('matches answers by their number, in any order and any packing', () => {
    const conversation = startConversation([5, 6, 7]);
    conversation.receive(acknowledge(6, 17, attribute(NLMSGERR_ATTR.MSG, text('it is there'))));
    expect(conversation.ended).toBe(false);
    conversation.receive(concat([link(5, 'eth0'), acknowledge(5), acknowledge(7)]));
    expect(conversation.ended).toBe(true);
    const [first, second, third] = conversation.answers();
    expect(namesIn(first?.messages ?? [])).toEqual(['eth0']);
    expect(second).toEqual({
      errno: 17,
      extended: { message: 'it is there' },
      messages: [],
      interrupted: false,
    });
    expect(third).toMatchObject({ errno: 0, messages: [] });
  });

  it('passes over what belongs to others', () => {
    const conversation = startConversation([2]);
    conversation.receive(concat([link(1, 'late'), acknowledge(1, 22), done(1)]));
    conversation.receive(encodeMessage({ type: NLMSG.NOOP, sequence: 2 }, new Uint8Array(0)));
    expect(conversation.ended).toBe(false);
    conversation.receive(done(2));
    expect(conversation.answers()).toEqual([{ errno: 0, extended: {}, messages: [], interrupted: false }]);
  });

  it('does not count an answer twice', () => {
    const conversation = startConversation([1, 2]);
    conversation.receive(concat([acknowledge(1), acknowledge(1, 22), acknowledge(1)]));
    expect(conversation.ended).toBe(false);
    expect(conversation.answers()[0]?.errno).toBe(0);
  });

  it('keeps what it was told when the buffer is used again', () => {
    const conversation = startConversation([1]);
    const buffer = link(1, 'kept');
    conversation.receive(buffer);
    buffer.fill(0xff);
    expect(namesIn(conversation.answers()[0]?.messages ?? [])).toEqual(['kept']);
  });

  it('is over at once without requests', () => {
    expect(startConversation([]).ended).toBe(true);
  });

  it('breaks off when the kernel says that it lost data', () => {
    const overrun = encodeMessage({ type: NLMSG.OVERRUN, sequence: 1 }, new Uint8Array(0));
    expect(() => startConversation([1]).receive(overrun)).toThrow(NetlinkDecodeError);
  });
});
