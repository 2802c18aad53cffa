import { describe, expect, test } from 'vitest';
import { countTests, sumOf } from '../testing/vitest.mjs';

const empty = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
const broken = { name: 'a.test.ts', status: 'failed', message: 'cannot load', assertionResults: [] };

describe('counting a vitest run', () => {
  test('passed tests are passed tests', () => {
    expect(countTests({ ...empty, numPassedTests: 3 }, 0)).toEqual({ passed: 3, failed: 0, remarks: [] });
  });

  test('a failed test is counted once, not again for its file', () => {
    const file = {
      name: 'a.test.ts',
      status: 'failed',
      message: '',
      assertionResults: [{ status: 'failed' }],
    };
    const report = { ...empty, numPassedTests: 2, numFailedTests: 1, testResults: [file] };
    expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1, remarks: [] });
  });

  test('a file that cannot be loaded is a failure', () => {
    const counted = countTests({ ...empty, numPassedTests: 2, testResults: [broken] }, 1);
    expect(counted).toEqual({ passed: 2, failed: 1, remarks: ['a.test.ts: cannot load'] });
  });

  test('a skipped test and a todo are failures', () => {
    expect(countTests({ ...empty, numPassedTests: 2, numPendingTests: 1, numTodoTests: 1 }, 0).failed).toBe(
      2,
    );
  });

  test.each([
    ['no report', undefined, 1],
    ['no report, killed', undefined, 137],
    ['no test at all', empty, 0],
    ['an error outside of every test', { ...empty, numPassedTests: 5 }, 1],
  ])('%s is a failure', (_, report, status) => {
    expect(countTests(report, status).failed).toBe(1);
  });
});

test('runs side by side count together, and only those that failed show what they printed', () => {
  const outcomes = [
    { passed: 3, failed: 0, output: 'all well' },
    { passed: 1, failed: 2, output: 'two are not' },
    { passed: 0, failed: 1 },
  ];
  expect(sumOf(outcomes)).toEqual({ passed: 4, failed: 3, output: 'two are not\n' });
});
