import { describe, expect, it } from 'vitest';
import { chunksOf } from '../src/worker/exchange.js';

const sizes = (requests: Uint8Array[]) =>
  chunksOf(requests).map((chunk) => (Array.isArray(chunk) ? chunk.map(({ length }) => length) : []));

describe('requests that go in one send', () => {
  it('are as many as their acknowledgements may be, and as large as a send may be', () => {
    expect(sizes([])).toEqual([]);
    expect(sizes([new Uint8Array(20)])).toEqual([[20]]);
    expect(sizes(Array.from({ length: 300 }, () => new Uint8Array(20))).map(({ length }) => length)).toEqual([
      128, 128, 44,
    ]);
    expect(sizes([new Uint8Array(40_000), new Uint8Array(30_000), new Uint8Array(10)])).toEqual([
      [40_000],
      [30_000, 10],
    ]);
    expect(sizes([new Uint8Array(70_000)])).toEqual([[70_000]]);
  });

  it('are those between two taps, which are made by another way', () => {
    const [request, tap] = [
      new Uint8Array(20),
      { tap: { kind: 'tap' as const, name: 'tap0', multiQueue: false } },
    ];
    expect(chunksOf([request, request, tap, tap, request])).toEqual([
      [request, request],
      tap,
      tap,
      [request],
    ]);
  });
});
