import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { expect } from 'vitest';
import type { Lab } from './lab.js';

/** How a client of DHCPv6 asks. */
export interface Asked6 {
  /** `options`: it has an address, and asks for the rest (RFC 8415, 6.1). Left out: `address`. */
  for?: 'address' | 'options';
  /** Lines of its configuration (dhclient.conf(5)). */
  config?: string;
}

/**
 * What a real client in the guest of a lab is told: ISC's dhclient, by the names that its script gets (dhclient-script(8)),
 * such as `ip6_address`, `max_life` and `dhcp6_name_servers`. Then it is killed, if it runs on at all, so that it keeps what it got.
 */
export async function ask6({ directory, guest }: Lab, asked: Asked6 = {}): Promise<Record<string, string>> {
  // Ready once its own address is (RFC 4862, 5.4).
  const own = () => guest('ip', '-6', 'address', 'show', 'dev', 'eth0', 'scope', 'link', '-tentative');
  await expect.poll(own, { timeout: 10_000 }).toContain('fe80::');
  const [script, seen, config, leases, pidFile] = ['script', 'seen', 'conf', 'leases', 'pid'].map(
    (name) => `${directory}/dhclient6.${name}`,
  ) as [string, string, string, string, string];
  for (const path of [seen, leases, pidFile]) await rm(path, { force: true });
  await writeFile(script, `#!/bin/sh\ncase $reason in BOUND6 | RENEW6) env > ${seen} ;; esac\n`);
  await chmod(script, 0o755);
  await writeFile(config, asked.config ?? '');
  // It goes on in the background, and must not keep the output of its start open.
  const silent = ['sh', '-c', 'exec "$@" > /dev/null 2>&1', 'sh'];
  const files = ['-sf', script, '-lf', leases, '-pf', pidFile, '-cf', config];
  const words = asked.for === 'options' ? ['-S'] : ['-D', 'LL'];
  await guest(...silent, 'dhclient', '-6', '-1', ...words, ...files, 'eth0');
  // Both are written in the background, perhaps after the start has ended.
  const read = (path: string) => readFile(path, 'utf8').catch(() => '');
  await expect.poll(() => read(seen), { timeout: 10_000 }).toContain('new_dhcp6_server_id=');
  await expect.poll(() => read(pidFile), { timeout: 10_000 }).toMatch(/^\d+\n$/);
  await guest('sh', '-c', `kill -9 $(cat ${pidFile}) || true`);
  const told = [...(await readFile(seen, 'utf8')).matchAll(/^new_(\w+)=(.*)$/gm)];
  return Object.fromEntries(told.map(([, name, value]) => [name, value]));
}
