import { expect, it } from 'vitest';
import {
  attributePath,
  decodeAcknowledgement,
  decodeAddress,
  decodeLink,
  decodeNeighbour,
  decodeRoute,
  decodeRule,
  missingAttributeName,
  NetlinkDecodeError,
  NLMSG,
  RTM,
  splitMessages,
  startConversation,
} from '../src/netlink/index.js';
import { recorded, recordedNames } from './recorded-messages.js';

const MUTANTS = 20_000;
const SEED = 20150601;

const decoders: Readonly<Record<number, (payload: Uint8Array) => unknown>> = {
  [RTM.NEWLINK]: decodeLink,
  [RTM.DELLINK]: decodeLink,
  [RTM.NEWADDR]: decodeAddress,
  [RTM.DELADDR]: decodeAddress,
  [RTM.NEWROUTE]: decodeRoute,
  [RTM.DELROUTE]: decodeRoute,
  [RTM.NEWNEIGH]: decodeNeighbour,
  [RTM.DELNEIGH]: decodeNeighbour,
  [RTM.NEWRULE]: decodeRule,
  [RTM.DELRULE]: decodeRule,
};

/** mulberry32: a small generator, so that a failure can be played again. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Lengths that go wrong easily, as two or four bytes. */
const LENGTHS = [
  [0, 0],
  [1, 0],
  [3, 0],
  [4, 0],
  [5, 0],
  [255, 255],
  [255, 255, 255, 127],
  [255, 255, 255, 255],
];

function mutate(original: Uint8Array, random: (below: number) => number): Uint8Array {
  const bytes = original.slice();
  const spot = () => random(bytes.length);
  for (let changes = 1 + random(4); changes > 0; changes--) {
    switch (random(6)) {
      case 0:
        bytes[spot()] = random(256);
        break;
      case 1:
        flipBit(bytes, spot(), random(8));
        break;
      case 2: // A length or a type: they lie at multiples of four.
        bytes.set(LENGTHS[random(LENGTHS.length)] ?? [], Math.min(spot() & ~3, bytes.length - 4));
        break;
      case 3:
        bytes.copyWithin(spot(), spot(), spot());
        break;
      case 4:
        bytes.fill(random(2) * 255, spot(), spot());
        break;
      default:
        return bytes.subarray(0, 1 + spot());
    }
  }
  return bytes;
}

function flipBit(bytes: Uint8Array, index: number, bit: number): void {
  bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
}

/** Reads a datagram to the last; says how it went. */
function readAll(datagram: Uint8Array, request: Uint8Array): 'read' | 'refused' {
  try {
    startConversation([1]).receive(datagram);
    for (const message of splitMessages(datagram)) {
      if (message.type === NLMSG.ERROR || message.type === NLMSG.DONE) {
        const { extended } = decodeAcknowledgement(message);
        attributePath(request, extended.offset ?? 0);
        missingAttributeName(request, extended.missingType ?? 0, extended.missingNest);
      }
      decoders[message.type]?.(message.payload);
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof NetlinkDecodeError)) throw error;
    return 'refused';
  }
}

it(`reads or refuses each of ${MUTANTS} damaged messages, and nothing else`, () => {
  const random = generator(SEED);
  // Short ones as well as long, each message by itself so that damage is not lost among the good.
  const originals = recordedNames.flatMap((name) => {
    const { datagrams, request } = recorded(name);
    return datagrams.flatMap((datagram) => messagesIn(datagram).map((bytes) => ({ bytes, request })));
  });
  const outcomes = { read: 0, refused: 0 };
  const start = performance.now();
  for (let count = 0; count < MUTANTS; count++) {
    const original = originals[random(originals.length)];
    if (original === undefined) throw new Error('nothing recorded');
    const inBounds = mutate(original.bytes, random);
    // The mutant ends where its array ends, so that a read past it would find nothing and be seen.
    const mutant = inBounds.slice();
    outcomes[readAll(mutant, original.request)] += 1;
  }
  // Both happen often, or the damage is too small or too great to show anything.
  expect(outcomes.read).toBeGreaterThan(MUTANTS / 10);
  expect(outcomes.refused).toBeGreaterThan(MUTANTS / 10);
  // A hang would be seconds; the loop takes some hundred milliseconds.
  expect(performance.now() - start).toBeLessThan(10_000);
});

it('does not take long over the most attributes that fit a message', () => {
  const many = new Uint8Array(16 + 60_000);
  for (let offset = 16; offset < many.length; offset += 4) many.set([4, 0, 3, 0], offset);
  const start = performance.now();
  expect(decodeLink(many).name).toBe('');
  expect(performance.now() - start).toBeLessThan(1000);
});

function messagesIn(datagram: Uint8Array): Uint8Array[] {
  const view = new DataView(datagram.buffer, datagram.byteOffset);
  const messages: Uint8Array[] = [];
  for (let offset = 0; offset < datagram.length; ) {
    const length = view.getUint32(offset, true);
    messages.push(datagram.slice(offset, offset + length));
    offset += (length + 3) & ~3;
  }
  return messages;
}
