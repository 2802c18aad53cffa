import { spawnSync } from 'node:child_process';
import type { NetDevDriver, NetDevOperation } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { ipBatchText, ipCommands, type Workload } from './workload.js';

export const CONTENDERS = ['ours', 'ip -batch', 'ip'] as const;
export type Contender = (typeof CONTENDERS)[number];

/** Milliseconds by what was done; `all` is from opening to closing. */
export type Times = Record<'make' | 'dump' | 'delete' | 'all', number>;

interface Host {
  change(operations: readonly NetDevOperation[]): Promise<void>;
  /** Lists all links; says how many. */
  dump(): Promise<number>;
  close(): Promise<void>;
}

/** Does the whole of a workload in an empty namespace. @throws Error when the dump does not show all links */
export async function runContender(
  contender: Contender,
  namespace: string,
  workload: Workload,
): Promise<Times> {
  const times: Partial<Times> = {};
  const timed = async <T>(name: keyof Times, work: () => Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    times[name] = performance.now() - start;
    return result;
  };
  await timed('all', async () => {
    const host = await openContender(contender, namespace);
    await timed('make', () => host.change(workload.make));
    const shown = await timed('dump', () => host.dump());
    if (shown <= workload.links) throw new Error(`${contender}: the dump shows ${shown} links`);
    await timed('delete', () => host.change(workload.delete));
    await host.close();
  });
  return times as Times;
}

/** Opens what does the changes: once for all of them, or a process each. */
export async function openContender(contender: Contender, namespace: string): Promise<Host> {
  if (contender === 'ours') return ours(await createLinuxNetDev({ namespace: { name: namespace } }));
  const ip = (words: readonly string[], input = ''): string => {
    const { status, stdout, stderr } = spawnSync('ip', ['-n', namespace, ...words], {
      input,
      encoding: 'utf8',
      maxBuffer: 2 ** 30,
    });
    if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
    return stdout;
  };
  return {
    change: async (operations) => {
      if (contender === 'ip') for (const words of ipCommands(operations)) ip(words);
      else ip(['-batch', '-'], ipBatchText(operations));
    },
    // Its lines are counted, not its objects: reading the text is not what it is compared for.
    dump: async () => ip(['-json', 'link', 'show']).split('"ifindex"').length - 1,
    close: async () => {},
  };
}

function ours(driver: NetDevDriver): Host {
  return {
    change: (operations) => driver.batch(operations),
    dump: async () => (await driver.listLinks()).length,
    close: () => driver.close(),
  };
}
