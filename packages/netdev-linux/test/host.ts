import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import type { NetDevDriver } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** Runs a command in the sandbox, as a person would. */
export function sh(...words: readonly string[]): string {
  const [command = '', ...args] = words;
  return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Several `ip` command lines, one a line, in a namespace. */
export function ipAll(namespace: string, script: string): void {
  for (const line of script
    .split('\n')
    .map((each) => each.trim())
    .filter(Boolean)) {
    sh('ip', '-n', namespace, ...line.split(/\s+/));
  }
}

/** What iproute2 tells of a namespace, as objects. */
export function ipJson<T = Record<string, unknown>>(namespace: string, ...words: readonly string[]): T[] {
  const text = sh('ip', '-n', namespace, '-json', ...words);
  return text.trim() === '' ? [] : (JSON.parse(text) as T[]);
}

/** A link as `ip -details -json link` shows it; `undefined` when there is none. */
// biome-ignore lint/suspicious/noExplicitAny: iproute2's output has no type, and each test reads another part of it
export function shownLink(namespace: string, name: string): any {
  const { status, stdout } = spawnSync('ip', ['-n', namespace, '-json', '-details', 'link', 'show', name], {
    encoding: 'utf8',
  });
  return status === 0 ? JSON.parse(stdout)[0] : undefined;
}

export interface ShownAddress {
  family: string;
  local: string;
  address?: string;
  prefixlen: number;
  broadcast?: string;
  scope: string;
  label?: string;
  secondary?: boolean;
  dynamic?: boolean;
  tentative?: boolean;
  valid_life_time: number;
}

/** The addresses of a link, without the one that IPv6 gives it. */
export function shownAddresses(namespace: string, link: string): ShownAddress[] {
  const [shown] = ipJson<{ addr_info: ShownAddress[] }>(namespace, 'address', 'show', 'dev', link);
  return (shown?.addr_info ?? []).filter(({ local }) => !local.startsWith('fe80:'));
}

/** The routes of all tables that somebody asked for, a line each and sorted, so that two states can be compared. */
export function shownRoutes(namespace: string): string[] {
  const text = ['-4', '-6']
    .map((family) => sh('ip', '-n', namespace, family, 'route', 'show', 'table', 'all'))
    .join('\n');
  return text
    .replaceAll(/\\?\n\s+nexthop/g, ' nexthop')
    .split('\n')
    .map((line) =>
      line
        .replaceAll(/ (linkdown|expires \d+sec)/g, '')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    )
    .filter((line) => line !== '' && !/^(local|broadcast|anycast|multicast|fe80|ff00)/.test(line))
    .sort();
}

/** Open descriptors and threads of this process. */
export function resources(): { descriptors: number; threads: number } {
  return { descriptors: readdirSync('/proc/self/fd').length, threads: readdirSync('/proc/self/task').length };
}

/** Opens a driver in a namespace for the tests of a file; whatever links one of them leaves there are deleted after it. */
export function driverForTests(namespace: string, use: (driver: NetDevDriver) => void): void {
  let driver: NetDevDriver;
  beforeAll(async () => {
    driver = await createLinuxNetDev({ namespace: { name: namespace } });
    use(driver);
  });
  afterAll(() => driver.close());
  afterEach(async () => {
    for (const link of await driver.listLinks())
      if (link.kind !== 'loopback') await driver.deleteLink(link.name);
  });
}

/** A namespace with `lo` up for one test file, made by iproute2. */
export function testNamespace(name: string): string {
  beforeAll(() => {
    sh('ip', 'netns', 'add', name);
    sh('ip', '-n', name, 'link', 'set', 'lo', 'up');
  });
  afterAll(() => {
    sh('ip', 'netns', 'delete', name);
  });
  return name;
}
