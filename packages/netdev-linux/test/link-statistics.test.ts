import { expect, it } from 'vitest';
import { linkFromMessage } from '../src/driver/link-from-message.js';
import { decodeLink, encodeLink } from '../src/netlink/index.js';

it.each([
  ['32 bits', 2n ** 32n + 1n],
  ['what a number holds exactly', 2n ** 53n + 1n],
  ['63 bits, unsigned', 2n ** 64n - 1n],
])('counters beyond %s are read to the last one', (_, count) => {
  const counters = {
    ...{ rxPackets: count, txPackets: count - 1n, rxBytes: count - 2n, txBytes: count - 3n },
    ...{ rxErrors: count - 4n, txErrors: count - 5n, rxDropped: count - 6n, txDropped: count - 7n },
  };
  const message = decodeLink(encodeLink({ index: 7, name: 'eth0', counters }));
  expect(linkFromMessage(message, () => undefined).statistics).toEqual(counters);
});
