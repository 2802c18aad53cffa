import assert from 'node:assert/strict';
import {
  type InvalidArgumentError,
  isNetDevError,
  type NetDevError,
  type NetDevErrorCode,
} from 'netdev-core';

/** Waits for an operation to reject with an error of this code, and gives the error. */
export async function rejection(work: Promise<unknown>, code: NetDevErrorCode): Promise<NetDevError> {
  const outcome = await work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) assert.fail(`expected a rejection with ${code}, and it went through`);
  if (isNetDevError(outcome.error, code)) return outcome.error;
  const actual = isNetDevError(outcome.error) ? outcome.error.code : 'an error that is no NetDevError';
  throw new assert.AssertionError({
    message: `expected a rejection with ${code}, got ${actual}: ${String(outcome.error)}`,
    actual,
    expected: code,
    operator: 'rejection',
  });
}

/** Waits for an operation to refuse a value, naming the field. */
export async function refusal(work: Promise<unknown>, field: string): Promise<void> {
  const error = (await rejection(work, 'INVALID_ARGUMENT')) as InvalidArgumentError;
  assert.equal(error.field, field, `the field that the error names: ${error.message}`);
}

/** Tries until something holds, for what a platform does a moment later. Rejects with the last failure. */
export async function eventually(check: () => Promise<void>, milliseconds = 5000): Promise<void> {
  const end = Date.now() + milliseconds;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Rejects when a promise takes too long, so that a test says what it waited for. */
export async function within<T>(work: Promise<T>, what: string, milliseconds = 5000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not happen in ${milliseconds} ms`)), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
