import { afterEach, describe, expect, it } from 'vitest';
import {
  attributePath,
  decodeAcknowledgement,
  decodeLink,
  encodeMessage,
  MESSAGE_HEADER_SIZE,
  missingAttributeName,
  NetlinkDecodeError,
  NLMSG,
  RTM,
  splitMessages,
  startConversation,
} from '../../src/netlink/index.js';
import { generator } from './generator.js';
import { mutate } from './mutate.js';
import { decoders, type Original, originalsByFamily } from './originals.js';
import { digestOf, readBetween } from './surroundings.js';

const MUTANTS = 1_000_000;
const SEED = 20150601;

/** One message may take this long, when this thread is not at its turn as well; a hang would be for ever. */
const MESSAGE_MS = 2000;

const { stackTraceLimit } = Error;
afterEach(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

type Outcome = { read: unknown } | { refused: string };

/** What a reader makes of bytes. @throws whatever it throws that is no refusal of the codec */
function outcomeOf(read: (bytes: Uint8Array) => unknown, bytes: Uint8Array): Outcome {
  try {
    return { read: read(bytes) };
  } catch (error) {
    if (!(error instanceof NetlinkDecodeError)) throw error;
    return { refused: error.message };
  }
}

/** Reads a datagram to the last, as the driver does with what the socket gives. */
function readDatagram(datagram: Uint8Array, request: Uint8Array): unknown {
  const conversation = startConversation([1]);
  conversation.receive(datagram);
  return [
    conversation.answers(),
    splitMessages(datagram).map((message) => {
      if (message.type !== NLMSG.ERROR && message.type !== NLMSG.DONE)
        return decoders[message.type]?.(message.payload);
      const { extended } = decodeAcknowledgement(message);
      return [
        attributePath(request, extended.offset ?? 0),
        missingAttributeName(request, extended.missingType ?? 0, extended.missingNest),
      ];
    }),
  ];
}

/** The damaged request of a refusal is read as well: where in it the attribute is that the kernel minded. */
function readRequest(request: Uint8Array, offset: number): unknown {
  return [attributePath(request, offset), missingAttributeName(request, offset % 64, offset)];
}

function readMutant(original: Original, random: (below: number) => number): Outcome {
  const { message, request, type } = original;
  const how = random(8);
  const decode = decoders[type];
  if (how > 1 && decode !== undefined && message.length > MESSAGE_HEADER_SIZE) {
    const payload = mutate(message.subarray(MESSAGE_HEADER_SIZE), random);
    return readBetween(payload, (bytes) => outcomeOf(decode, bytes), digestOf);
  }
  const mutant = mutate(message, random);
  const offset = random(mutant.length);
  const read = (bytes: Uint8Array): unknown =>
    how === 0 ? readRequest(bytes, offset) : readDatagram(bytes, request);
  return readBetween(mutant, (bytes) => outcomeOf(read, bytes), digestOf);
}

describe('damaged messages', () => {
  it(`are read or refused, each of ${MUTANTS}, whatever lies around them`, { timeout: 300_000 }, () => {
    // Half of all are refused, and where from is of no interest: to find that out takes longer than to decode.
    Error.stackTraceLimit = 0;
    const random = generator(SEED);
    const families = [...originalsByFamily()];
    expect(families.length).toBeGreaterThan(20);
    const outcomes = new Map(families.map(([family]) => [family, { read: 0, refused: 0 }]));
    let longest = 0;
    for (let count = 0; count < MUTANTS; count++) {
      const [family, originals] = families[count % families.length] ?? ['', []];
      const original = originals[random(originals.length)];
      const counts = outcomes.get(family);
      if (original === undefined || counts === undefined) throw new Error(`nothing of ${family}`);
      const start = performance.now();
      const outcome = readMutant(original, random);
      longest = Math.max(longest, performance.now() - start);
      counts['read' in outcome ? 'read' : 'refused'] += 1;
    }
    expect(longest).toBeLessThan(MESSAGE_MS);
    // Both happen often with each family, or the damage is too small or too great to show anything.
    const share = MUTANTS / families.length / 50;
    for (const [family, { read, refused }] of outcomes) {
      expect(read, `${family}: read`).toBeGreaterThan(share);
      expect(refused, `${family}: refused`).toBeGreaterThan(share);
    }
  });

  it('are read or refused when they end at any place', () => {
    for (const { message, request, type } of [...originalsByFamily().values()].flatMap((one) =>
      one.slice(0, 4),
    )) {
      for (let length = 0; length < message.length; length++) {
        const cut = message.subarray(0, length);
        readBetween(cut, (bytes) => outcomeOf((all) => readDatagram(all, request), bytes), digestOf);
        const payload = message.subarray(MESSAGE_HEADER_SIZE, length);
        const decode = decoders[type];
        if (decode !== undefined) readBetween(payload, (bytes) => outcomeOf(decode, bytes), digestOf);
      }
    }
  });

  it('are refused when they say that they are longer than what was received', () => {
    const message = encodeMessage({ type: RTM.NEWLINK, sequence: 1 }, new Uint8Array(16));
    for (const length of [33, 0x7fff_ffff, 0xffff_ffff]) {
      new DataView(message.buffer, message.byteOffset).setUint32(0, length, true);
      expect(() => splitMessages(message)).toThrow(NetlinkDecodeError);
    }
  });
});

describe('messages at the limits', () => {
  it('with as many attributes as fit do not take long', () => {
    const many = new Uint8Array(16 + 60_000);
    for (let offset = 16; offset < many.length; offset += 4) many.set([4, 0, 3, 0], offset);
    const start = performance.now();
    expect(decodeLink(many).name).toBe('');
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it.each(Object.keys(decoders).map(Number))('of type %s nested to death are read or refused', (type) => {
    // Each attribute holds the next, and is one that every level knows or none.
    for (const attribute of Array.from({ length: 64 }, (_, index) => index)) {
      const deep = new Uint8Array(16 + 60_000);
      for (let offset = 0; offset < deep.length; offset += 4) {
        const length = Math.min(0xffff, deep.length - offset);
        deep.set([length & 0xff, length >> 8, attribute, 0x80], offset);
      }
      for (const header of [0, 4, 8, 12, 16]) {
        const message = deep.slice(16 - header);
        const start = performance.now();
        outcomeOf((bytes) => decoders[type]?.(bytes), message);
        expect(performance.now() - start).toBeLessThan(MESSAGE_MS);
      }
    }
  });
});
