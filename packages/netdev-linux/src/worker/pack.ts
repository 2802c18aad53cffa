import { concat } from '../netlink/index.js';

/**
 * Copies arrays into one buffer that can change hands between threads: a thousand with a buffer each would each be
 * copied and collected by itself.
 */
export function pack(arrays: readonly Uint8Array[]): { views: Uint8Array[]; buffer: ArrayBuffer } {
  const whole = concat(arrays);
  let offset = 0;
  const views = arrays.map(({ length }) => {
    const start = offset;
    offset += length;
    return whole.subarray(start, offset);
  });
  return { views, buffer: whole.buffer as ArrayBuffer };
}
