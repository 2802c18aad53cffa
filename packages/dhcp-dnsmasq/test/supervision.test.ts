import { PlatformError, parseKey } from 'netdev-core';
import { describe, expect, it } from 'vitest';
import { serverPaths } from '../src/config/paths.js';
import { delayBefore } from '../src/supervision/back-off.js';
import { parseSupervision } from '../src/supervision/parse-settings.js';
import { type SupervisedServers, type SupervisionEvent, supervise } from '../src/supervision/supervise.js';
import { WatchedServer } from '../src/supervision/watched-server.js';

const backOff = { firstMs: 100, longestMs: 1000, mostStarts: 5, forgetMs: 10_000 };

it('waits twice as long before each start, up to a limit, and gives up', () => {
  expect([1, 2, 3, 4, 5, 6].map((start) => delayBefore(start, backOff))).toEqual([
    100,
    200,
    400,
    800,
    1000,
    undefined,
  ]);
});

describe('a server that is watched', () => {
  it('is started when its time has come, and each end is told once', () => {
    const server = new WatchedServer(backOff);
    expect([server.look(true, 0), server.look(false, 1000), server.look(false, 1099)]).toEqual([
      'none',
      'ended',
      'none',
    ]);
    expect(server.look(false, 1100)).toBe('start');
    server.started(1101);
    expect([server.look(true, 1200), server.look(false, 1300), server.look(false, 1499)]).toEqual([
      'none',
      'ended',
      'none',
    ]);
    expect(server.look(false, 1500)).toBe('start');
    // It ended before it was looked at again.
    server.started(1501);
    expect(server.look(false, 1600)).toBe('ended');
  });

  it('is given up after so many starts in a row, and watched again when somebody has started it', () => {
    const server = new WatchedServer(backOff);
    let now = 0;
    const steps: string[] = [];
    for (let look = 0; look < 60; look++) {
      const step = server.look(false, now);
      if (step !== 'none') steps.push(step);
      if (step === 'start') server.started();
      now += 100;
    }
    expect(steps).toEqual(['ended', ...Array(5).fill('start'), 'give-up']);
    expect([server.look(true, now), server.look(false, now + 1)]).toEqual(['none', 'ended']);
  });

  it('counts anew when it has served long enough', () => {
    const server = new WatchedServer(backOff);
    server.look(false, 0);
    server.started(1);
    expect(server.start).toBe(2);
    server.look(true, 100);
    server.look(true, 10_001);
    expect(server.start).toBe(1);
  });
});

describe('a supervision', () => {
  const paths = serverPaths('/d', parseKey('lab'));
  const play = async (servers: Partial<SupervisedServers>, enough: number): Promise<SupervisionEvent[]> => {
    const stop = new AbortController();
    const events: SupervisionEvent[] = [];
    const onEvent = (event: SupervisionEvent): void => {
      if (events.push(event) >= enough) stop.abort();
    };
    await supervise(
      {
        list: async () => [{ key: parseKey('lab'), paths }],
        isWell: async () => false,
        start: async () => 7,
        tidy: async () => {},
        ...servers,
      },
      parseSupervision({ onEvent, lookMs: 1, firstMs: 1, longestMs: 4, mostStarts: 2 }),
      stop.signal,
    );
    return events;
  };

  it('tells what it does', async () => {
    let runs = false;
    const events = await play(
      {
        isWell: async () => runs,
        start: async () => {
          runs = true;
          return 7;
        },
      },
      2,
    );
    expect(events).toEqual([
      { type: 'ended', network: 'lab' },
      { type: 'started', network: 'lab', attempt: 1, pid: 7 },
    ]);
  });

  it('tells failures, gives up, and outlives what the host refuses for a while', async () => {
    let refusals = 3;
    const list = async () => {
      if (refusals-- > 0) throw new PlatformError({ operation: 'list', object: '/d' });
      return [{ key: parseKey('lab'), paths }];
    };
    const error = new PlatformError({ operation: 'start', object: 'lab', detail: 'Address already in use' });
    const events = await play({ list, start: () => Promise.reject(error) }, 4);
    expect(events).toEqual([
      { type: 'ended', network: 'lab' },
      { type: 'failed', network: 'lab', attempt: 1, error },
      { type: 'failed', network: 'lab', attempt: 2, error },
      { type: 'given-up', network: 'lab', attempts: 2 },
    ]);
  });

  it.each([
    ['onEvent', { onEvent: 'x' as never }],
    ['lookMs', { onEvent: () => {}, lookMs: 0 }],
    ['firstMs', { onEvent: () => {}, firstMs: 1.5 }],
    ['mostStarts', { onEvent: () => {}, mostStarts: -1 }],
  ])('refuses a bad %s', (field, options) => {
    expect(() => parseSupervision(options)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', field }),
    );
  });
});
