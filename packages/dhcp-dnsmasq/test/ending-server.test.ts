import { parseKey } from 'netdev-core';
import { createAnsweringRunner, createMemoryFiles, type Runner } from 'netdev-exec';
import { expect, it } from 'vitest';
import { serverPaths } from '../src/config/paths.js';
import type { HostPlatform, ShownProcess } from '../src/server/platform/host-platform.js';
import { startServer } from '../src/server/server-process.js';

const paths = serverPaths('/d', parseKey('lab'));

/** What happens, in order, when a server is started whose predecessor is shown like this, look by look. */
async function start(...shown: (ShownProcess | undefined)[]): Promise<string[]> {
  const order: string[] = [];
  const answering = createAnsweringRunner(() => ({ exitCode: 2 }));
  const runner: Runner = {
    ...answering,
    start: async () => {
      order.push('start');
      const exited = Promise.resolve({ exitCode: 2, signal: undefined });
      return { pid: 5000, exited, wait: () => exited };
    },
  };
  const platform: HostPlatform = {
    defaultDirectory: () => '/d',
    process: async (pid) => {
      order.push(`look at ${pid}`);
      return shown.shift();
    },
    children: async () => [],
    allowsExecution: async () => true,
    canChangeUser: async () => false,
  };
  const environment = {
    ...{ runner, platform, files: createMemoryFiles({ [paths.pid]: '4711\n' }), binary: 'dnsmasq' },
    ...({ privileges: 'keep', journalEvents: 8, leaseStore: 'file', tellsLeases: false } as const),
    noticesFiles: async () => true,
  };
  await expect(startServer(environment, paths, 'lab', {})).rejects.toMatchObject({ code: 'PLATFORM' });
  return order;
}

it('is waited for before the next is started: it has no command line, and its sockets still', async () => {
  const ending = { birth: '7', commandLine: [] };
  expect(await start(ending, ending, ending, undefined)).toEqual([
    ...Array.from({ length: 4 }, () => 'look at 4711'),
    'start',
  ]);
});

it('is not waited for when it is gone, or when its pid is of somebody else by now', async () => {
  expect(await start(undefined)).toEqual(['look at 4711', 'start']);
  expect(await start({ birth: '7', commandLine: ['sleep', '60'] })).toEqual(['look at 4711', 'start']);
  const ending = { birth: '7', commandLine: [] };
  expect(await start(ending, { birth: '8', commandLine: ['sleep', '60'] })).toHaveLength(3);
});
