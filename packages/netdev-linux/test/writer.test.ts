import { describe, expect, it } from 'vitest';
import { encode, Writer } from '../src/netlink/writer.js';

const filled = (byte: number, length: number): Uint8Array => new Uint8Array(length).fill(byte);
const message = (to: Writer, byte: number, length: number): Uint8Array =>
  to.message((each) => each.bytes(filled(byte, length)));

describe('messages that share an array', () => {
  it('stay what they are while others are written, also when another array is begun', () => {
    const to = new Writer();
    const lengths = Array.from({ length: 2000 }, (_, number) => (number * 37) % 300);
    const messages = lengths.map((length, number) => message(to, number % 256, length));
    expect(messages).toEqual(lengths.map((length, number) => filled(number % 256, length)));
    expect(new Set(messages.map(({ buffer }) => buffer)).size).toBeLessThan(10);
  });

  it('may be longer than the array', () => {
    const to = new Writer();
    const before = message(to, 1, 60_000);
    const long = message(to, 2, 200_000);
    const after = message(to, 3, 10);
    expect([before, long, after]).toEqual([filled(1, 60_000), filled(2, 200_000), filled(3, 10)]);
  });

  it('leave nothing behind when they cannot be written', () => {
    const to = new Writer();
    const first = message(to, 1, 8);
    expect(() =>
      to.message(() => {
        to.u32(7);
        throw new Error('no such value');
      }),
    ).toThrow('no such value');
    expect([first, message(to, 2, 8)]).toEqual([filled(1, 8), filled(2, 8)]);
  });

  it('may be a part of another', () => {
    const whole = encode((to) => {
      to.u8(1);
      to.bytes(encode((part) => part.bytes(filled(9, 3))));
      to.u8(2);
    });
    expect([...whole]).toEqual([1, 9, 9, 9, 2]);
  });
});
