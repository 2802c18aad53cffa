import { parseKey } from 'netdev-core';
import { createAnsweringRunner, createMemoryFiles, type HostFiles, type Runner } from 'netdev-exec';
import { describe, expect, it } from 'vitest';
import { serverPaths } from '../src/config/paths.js';
import { type OriginalServer, originalDnsmasq } from '../src/original.js';
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
    processesOn: async () => [],
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

describe('with the layout of the original', () => {
  const served = {
    ...{
      directory: '/n',
      device: 'br100',
      serverAddress: '10.0.0.1',
      label: 'lab',
      firstAddress: '10.0.0.3',
    },
    ...{ netmask: '255.255.255.0', cidr: '10.0.0.0/24', leaseTime: 600, domain: '', knowsNames: false },
    ...{
      upstreamServers: [],
      configFile: '',
      script: { program: '/bin/true', configFiles: [], networkId: 1 },
    },
  } satisfies OriginalServer;
  const words = 'dnsmasq\0--pid-file=/n/nova-br100.pid\0--dhcp-hostsfile=/n/nova-br100.conf\0';

  /** A process as /proc shows it, look by look: how it stands, and with which words it was started. */
  interface Look {
    state: 'S' | 'Z' | 'gone';
    words: string;
  }

  /** What a server with this predecessor does, in order, each look at whether the predecessor lives included. */
  function server(looks: Look[]) {
    const order: string[] = [];
    const memory = createMemoryFiles({ '/n/nova-br100.pid': '4711\n' });
    const shown = (): Look => looks[0] ?? { state: 'gone', words: '' };
    const files: HostFiles = {
      ...memory,
      read: async (path) => {
        if (path === '/proc/4711/cmdline') return shown().state === 'gone' ? undefined : shown().words;
        if (path !== '/proc/4711/stat') return memory.read(path);
        const { state } = shown();
        looks.shift();
        order.push(`look: ${state}`);
        return state === 'gone' ? undefined : `4711 (dnsmasq) ${state}${' 0'.repeat(18)} 7 0`;
      },
    };
    const runner = createAnsweringRunner(({ argv }) => {
      order.push(argv[0] === 'env' ? 'start' : argv.join(' '));
      return { exitCode: 0 };
    });
    return { order, dnsmasq: originalDnsmasq({ files, runner, directory: '/n' }, 'br100') };
  }

  it('is waited for before the next is started', async () => {
    const ending: Look = { state: 'S', words: '' };
    const { order, dnsmasq } = server([ending, ending, { state: 'Z', words: '' }]);
    await dnsmasq.serve(() => served);
    expect(order).toEqual(['look: S', 'look: S', 'look: Z', 'start']);
  });

  it('has ended when it was ended, so that it is not taken for one that runs', async () => {
    const running: Look = { state: 'S', words };
    const { order, dnsmasq } = server([running, running, running, { state: 'S', words: '' }]);
    await dnsmasq.end();
    expect(order).toEqual(['look: S', 'kill -9 4711', 'look: S', 'look: S', 'look: S', 'look: gone']);
    await dnsmasq.serve(() => served);
    expect(order.slice(6)).toEqual(['look: gone', 'start']);
  });
});
