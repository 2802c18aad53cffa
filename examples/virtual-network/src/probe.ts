import { fileURLToPath } from 'node:url';
import type { NamespaceRef } from 'netdev-core';
import type { Host } from './host.js';

/** What a server of the example answers. */
interface HttpAnswer {
  server: string;
  client: string;
}

/** Packets sent by the programs a guest has: `undefined` or `false` when nothing came back. */
export interface Probe {
  http(from: NamespaceRef | undefined, url: string): Promise<HttpAnswer | undefined>;
  /** The addresses that a DNS server gives for a name. */
  resolve(from: NamespaceRef, name: string, server: string): Promise<string[]>;
  ping(from: NamespaceRef, address: string): Promise<boolean>;
}

const httpGet = fileURLToPath(new URL('./http-get.js', import.meta.url));

export function createProbe({ runner }: Host, signal?: AbortSignal): Probe {
  const runIn = (from: NamespaceRef | undefined, argv: string[]) =>
    (from === undefined ? runner : runner.inNamespace(from)).run(argv, {
      accept: 'any',
      timeoutMs: 5000,
      signal,
    });
  return {
    http: async (from, url) => {
      const { exitCode, stdout } = await runIn(from, [process.execPath, httpGet, url, '1000']);
      return exitCode === 0 ? (JSON.parse(stdout) as HttpAnswer) : undefined;
    },
    resolve: async (from, name, server) => {
      const { stdout } = await runIn(from, ['busybox', 'nslookup', name, server]);
      const answer = stdout.slice(Math.max(0, stdout.indexOf('Name:')));
      return stdout.includes('Name:')
        ? [...answer.matchAll(/^Address(?: \d+)?: *(\S+)/gm)].map(([, address]) => address as string)
        : [];
    },
    ping: async (from, address) => {
      const { exitCode } = await runIn(from, ['busybox', 'ping', '-c', '1', '-W', '1', address]);
      return exitCode === 0;
    },
  };
}
