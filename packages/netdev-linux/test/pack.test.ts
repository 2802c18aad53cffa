import { expect, it } from 'vitest';
import { packAnswers, packRequests, unpackAnswers, unpackRequests } from '../src/worker/pack.js';

it('requests arrive as they were sent, in one buffer', () => {
  const tap = { kind: 'tap' as const, name: 'tap0', multiQueue: false };
  const requests = [Uint8Array.of(1, 2), { tap }, Uint8Array.of(), Uint8Array.of(3)];
  const packed = packRequests(requests);
  expect(packed.bytes).toEqual(Uint8Array.of(1, 2, 3));
  expect(unpackRequests(packed)).toEqual(requests);
});

it('answers arrive as they were given, in one buffer', () => {
  const answer = { errno: 0, extended: {}, messages: [], interrupted: false };
  const answers = [
    answer,
    { ...answer, errno: 22, extended: { message: 'mtu greater than device maximum', offset: 40 } },
    {
      ...answer,
      interrupted: true,
      messages: [
        { type: 16, payload: Uint8Array.of(1, 2, 3) },
        { type: 20, payload: Uint8Array.of() },
      ],
    },
    { ...answer, messages: [{ type: 16, payload: Uint8Array.of(4) }] },
  ];
  const packed = packAnswers(answers);
  expect(packed.bytes).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(packed.answers[0]).toBe(0);
  expect(unpackAnswers(packed)).toEqual(answers);
});
