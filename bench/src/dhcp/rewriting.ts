import { spawn } from 'node:child_process';
import { open, rename, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DhcpHost } from 'netdev-core';
import { createHostFiles } from 'netdev-exec';
import type { DhcpLab } from './lab.js';
import { SERVER_ADDRESS } from './lab.js';

/** A server whose hosts are a file that is written anew for each change, with a SIGHUP after it, as the original did. */
export interface RewritingServer {
  pid: number;
  /** Bytes written so far. */
  written(): number;
  /** Serves these hosts; resolves once the server has read them. */
  serve(hosts: readonly DhcpHost[]): Promise<void>;
  close(): Promise<void>;
}

export async function startRewriting(
  { server, directory }: DhcpLab,
  hosts: readonly DhcpHost[],
): Promise<RewritingServer> {
  const [hostsFile, logFile] = [`${directory}/hosts`, `${directory}/log`];
  let bytes = 0;
  const write = async (all: readonly DhcpHost[]): Promise<void> => {
    const text = all.map(({ mac, address, hostname }) => `${mac},${hostname},${address}\n`).join('');
    bytes += Buffer.byteLength(text);
    await writeFile(`${hostsFile}.new`, text);
    await rename(`${hostsFile}.new`, hostsFile);
  };
  const files = createHostFiles();
  let seen = 0;
  /** Waits for the server to say that it has read them, from where in its log it was heard last. */
  const hasRead = async (): Promise<void> => {
    for (;;) {
      const part = await files.readFrom(logFile, seen);
      if (part?.bytes.includes(`read ${hostsFile}\n`) === true) {
        seen += part.bytes.length;
        return;
      }
      await sleep(5);
    }
  };
  await write(hosts);
  const log = await open(logFile, 'a');
  const options = {
    'conf-file': '/dev/null',
    'pid-file': '',
    interface: 'br0',
    'except-interface': 'lo',
    'listen-address': SERVER_ADDRESS,
    'dhcp-range': '10.64.0.0,static,255.255.0.0,86400s',
    'dhcp-lease-max': '65536',
    'dhcp-hostsfile': hostsFile,
    'dhcp-leasefile': `${directory}/leases`,
    'log-facility': '-',
  };
  const flags = [
    '--keep-in-foreground',
    '--bind-interfaces',
    '--no-hosts',
    '--no-resolv',
    '--dhcp-authoritative',
  ];
  const words = Object.entries(options).map(([name, value]) =>
    value === '' ? `--${name}` : `--${name}=${value}`,
  );
  const child = spawn('ip', ['netns', 'exec', server, 'dnsmasq', ...flags, ...words], {
    stdio: ['ignore', log.fd, log.fd],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await hasRead();
  return {
    // `ip netns exec` becomes the program that it runs.
    pid: child.pid ?? 0,
    written: () => bytes,
    async serve(all) {
      await write(all);
      child.kill('SIGHUP');
      await hasRead();
    },
    async close() {
      child.kill('SIGTERM');
      await ended;
      await log.close();
    },
  };
}
