import { describe, expect, it } from 'vitest';
import { type ApplyResult, createDeferral, nothingApplied, type OperationOptions } from '../src/index.js';

const done: ApplyResult = { changed: true, added: 1, removed: 0 };

function recorded(): { calls: (OperationOptions | undefined)[] } & ReturnType<typeof createDeferral> {
  const calls: (OperationOptions | undefined)[] = [];
  return {
    calls,
    ...createDeferral(async (options) => {
      calls.push(options);
      return done;
    }),
  };
}

describe('createDeferral', () => {
  it('applies at once where nothing is deferred', async () => {
    const { calls, apply } = recorded();
    const options = { signal: new AbortController().signal };
    expect(await apply(options)).toEqual(done);
    expect(calls).toEqual([options]);
  });

  it('applies once at the end of the outer work for all that asked, with its options', async () => {
    const { calls, apply, defer } = recorded();
    const options = { signal: new AbortController().signal };
    const result = await defer(async () => {
      expect(await apply()).toEqual(nothingApplied);
      await defer(async () => apply());
      expect(calls).toEqual([]);
      return 'through';
    }, options);
    expect([result, calls]).toEqual(['through', [options]]);
  });

  it('applies what was asked for also when the work throws, and nothing that nobody asked for', async () => {
    const { calls, apply, defer } = recorded();
    await expect(
      defer(async () => {
        await apply();
        throw new Error('half-way');
      }),
    ).rejects.toThrow('half-way');
    expect(calls).toHaveLength(1);
    await defer(async () => {});
    expect(calls).toHaveLength(1);
  });
});
