import { afterAll, describe, expect, it } from 'vitest';
import { type ConformanceReport, createMemoryHost, renderReport } from '../src/index.js';
import { describeNetDevDriver, netdevRequirements } from '../src/netdev.js';

let told: ConformanceReport | undefined;

describe('a suite', () => {
  describeNetDevDriver(
    'a memory host without taps',
    {
      setup: async (options) => ({
        driver: await createMemoryHost().netdev({ ...options, without: ['tap'] }),
      }),
      teardown: ({ driver }) => driver.close(),
    },
    {
      onReport: (report) => {
        told = report;
      },
    },
  );

  afterAll(() => {
    const outcomes = told?.requirements ?? [];
    expect(told?.title).toBe('a memory host without taps as a NetDevDriver');
    // The whole contract, each requirement once.
    expect(outcomes.map(({ name }) => name)).toEqual(netdevRequirements().map(({ name }) => name));
    const named = (name: string) => outcomes.find((outcome) => outcome.name === name);
    expect(named('createLink makes a link that is down unless told otherwise')?.result).toBe('passed');
    expect(named('a tap has several queues when asked for, and one otherwise')).toMatchObject({
      result: 'refused',
      lacking: 'tap',
    });
    expect(named('updateVirtualFunction keeps what is left out, and can take everything back')).toMatchObject(
      { result: 'untested', because: 'the factory has no addCard' },
    );
  });
});

it('a report is a table by group, and one of what did not pass, with the reason', () => {
  const text = renderReport({
    title: 'mine as a NetDevDriver',
    requirements: [
      { group: 'links', name: 'one', result: 'passed' },
      { group: 'links', name: 'two | three', result: 'failed', error: 'Error: first\n  second' },
      { group: 'taps', name: 'four', result: 'refused', lacking: 'tap' },
      { group: 'taps', name: 'five', result: 'untested', because: 'its test was not run' },
    ],
  });
  expect(text).toBe(`# mine as a NetDevDriver

1 passed, 1 failed, 1 refused as unsupported, 1 not tested

| group | passed | failed | refused | untested |
|---|---|---|---|---|
| links | 1 | 1 | 0 | 0 |
| taps | 0 | 0 | 1 | 1 |

| group | requirement | result | why |
|---|---|---|---|
| links | two \\| three | failed | Error: first second |
| taps | four | refused | it lacks tap |
| taps | five | untested | its test was not run |
`);
});
