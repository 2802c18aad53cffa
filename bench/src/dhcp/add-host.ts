import { createDnsmasq } from 'dhcp-dnsmasq';
import { createHostFiles } from 'netdev-exec';
import { runInTurn } from '../runner/pairs.js';
import { runClients } from './clients.js';
import { countingFiles } from './counting-files.js';
import { type DhcpLab, hostOf, hostsUpTo, inDhcpLab, networkOf } from './lab.js';
import { ownProcessorMs, processorMs, residentMiB } from './process-cost.js';
import { startRewriting } from './rewriting.js';

/** What one host more has cost, each a mean over the hosts of a run. */
export interface HostCost {
  /** Until the server serves it, in milliseconds. */
  ms: number;
  /** The same, and until a client has its address. */
  leaseMs: number;
  bytes: number;
  ownCpuMs: number;
  serverCpuMs: number;
}

/** What the server costs that has all hosts: until it serves, in milliseconds, and in MiB. */
export interface StartCost {
  ms: number;
  residentMiB: number;
}

export const HOST_CONTENDERS = ['ours', 'rewrite and HUP'] as const;
export type HostContender = (typeof HOST_CONTENDERS)[number];

/** One way of serving hosts. */
interface Served {
  pid: number;
  written(): number;
  add(number: number): Promise<void>;
  close(): Promise<void>;
}

/** One host more, several times, beside so many; by us and by a whole file for each change. */
export async function measureHosts(
  hosts: number,
  { pairs, changes }: { pairs: number; changes: number },
): Promise<{ add: Map<HostContender, HostCost[]>; start: Map<HostContender, StartCost[]> }> {
  const start = new Map<HostContender, StartCost[]>(HOST_CONTENDERS.map((name) => [name, []]));
  const add = await runInTurn(HOST_CONTENDERS, pairs, (contender) =>
    inDhcpLab(async (lab) => {
      const begin = performance.now();
      const served = await (contender === 'ours' ? serveOurs(lab, hosts) : serveRewriting(lab, hosts));
      start.get(contender)?.push({ ms: performance.now() - begin, residentMiB: residentMiB(served.pid) });
      try {
        return await costOf(lab, served, hosts, changes);
      } finally {
        await served.close();
      }
    }),
  );
  return { add, start };
}

async function costOf(lab: DhcpLab, served: Served, hosts: number, changes: number): Promise<HostCost> {
  let [ms, leaseMs, ownCpuMs, serverCpuMs] = [0, 0, 0, 0];
  const bytes = served.written();
  for (let number = hosts + 1; number <= hosts + changes; number++) {
    const [own, server, begin] = [ownProcessorMs(), processorMs(served.pid), performance.now()];
    await served.add(number);
    ms += performance.now() - begin;
    ownCpuMs += ownProcessorMs() - own;
    serverCpuMs += processorMs(served.pid) - server;
    // The client is a program that has to start, which is nobody's cost: only its exchange is counted.
    const [answer] = await runClients(lab, { first: number, count: 1, atOnce: 1 });
    leaseMs += answer?.ms ?? Number.POSITIVE_INFINITY;
  }
  return {
    ms: ms / changes,
    leaseMs: (ms + leaseMs) / changes,
    bytes: (served.written() - bytes) / changes,
    ownCpuMs: ownCpuMs / changes,
    serverCpuMs: serverCpuMs / changes,
  };
}

async function serveOurs({ server, directory }: DhcpLab, hosts: number): Promise<Served> {
  const { files, written } = countingFiles(createHostFiles());
  const dhcp = await createDnsmasq({
    namespace: { name: server },
    directory: `${directory}/servers`,
    files,
  });
  await dhcp.ensure(networkOf(hostsUpTo(hosts)));
  const pid = (await dhcp.list())[0]?.pid ?? 0;
  return {
    pid,
    written,
    add: async (number) => {
      const { change } = await dhcp.ensureHost('bench', hostOf(number));
      if (change !== 'added') throw new Error(`a host more was ${change}`);
    },
    close: async () => {
      await dhcp.remove('bench');
      await dhcp.close();
    },
  };
}

async function serveRewriting(lab: DhcpLab, hosts: number): Promise<Served> {
  const all = hostsUpTo(hosts);
  const server = await startRewriting(lab, all);
  return {
    ...server,
    add: async (number) => {
      all.push(hostOf(number));
      await server.serve(all);
    },
  };
}
