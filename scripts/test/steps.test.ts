import { expect, test } from 'vitest';
import { oneCheck, runSteps } from '../testing/steps.mjs';

test('a failing step is shown and hides none of the later ones', async () => {
  let printed = '';
  const steps = [
    { name: 'one', about: '', run: async () => oneCheck({ status: 0, output: 'quiet' }) },
    { name: 'two', about: '', run: async () => oneCheck({ status: 2, output: 'what went wrong' }) },
    { name: 'three', about: '', run: () => Promise.reject(new Error('thrown')) },
    { name: 'four', about: '', run: async () => ({ passed: 7, failed: 2, output: 'two of nine' }) },
  ];
  const print = (text: string) => {
    printed += text;
  };
  expect(await runSteps(steps, print)).toEqual({ passed: 8, failed: 4 });
  for (const shown of ['what went wrong', 'thrown', 'two of nine', '7 passed, 2 failed'])
    expect(printed).toContain(shown);
  expect(printed).not.toContain('quiet');
});
