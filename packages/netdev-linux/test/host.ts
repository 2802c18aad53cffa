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

/**
 * Several `ip` command lines, one a line, in a namespace. Those in a row with the same options in front (`-6`) are done by one
 * process, which stops at the first that fails.
 */
export function ipAll(namespace: string, script: string): void {
  let lines: string[] = [];
  let options = '';
  const flush = (): void => {
    if (lines.length > 0)
      batch('ip', ['-n', namespace, ...options.split(' ').filter(Boolean)], lines.join('\n'));
    lines = [];
  };
  for (const line of script.split('\n').map((one) => one.trim())) {
    const [, own = '', words = ''] = /^((?:-\w+ )*)(.*)$/.exec(line) ?? [];
    if (own !== options) flush();
    options = own;
    if (words !== '') lines.push(words);
  }
  flush();
}

/** Several `ip` command lines where the tests run, by one process: for namespaces themselves. */
export function ipHere(script: string): void {
  batch('ip', [], script);
}

/** Several `bridge` command lines in a namespace, by one process. */
export function bridgeAll(namespace: string, script: string): void {
  batch('bridge', ['-n', namespace], script);
}

/** Deletes those of the links that are there. */
export function deleteLinks(namespace: string, names: readonly string[]): void {
  const input = names.map((name) => `link delete dev ${name}\n`).join('');
  spawnSync('ip', ['-n', namespace, '-force', '-batch', '-'], { input });
}

function batch(program: 'ip' | 'bridge', options: readonly string[], script: string): void {
  execFileSync(program, [...options, '-batch', '-'], {
    input: `${script.trim()}\n`,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** What iproute2 tells of a namespace, as objects. */
export function ipJson<T = Record<string, unknown>>(namespace: string, ...words: readonly string[]): T[] {
  const text = sh('ip', '-n', namespace, '-json', ...words);
  return text.trim() === '' ? [] : (JSON.parse(text) as T[]);
}

/** The same of several questions, one a line, by one process: an answer each. `options` are of all (`-6`). */
export function ipJsonAll<T = Record<string, unknown>>(
  namespace: string,
  questions: readonly string[],
  options: readonly string[] = [],
): T[][] {
  const text = execFileSync('ip', ['-n', namespace, ...options, '-json', '-batch', '-'], {
    input: `${questions.join('\n')}\n`,
    encoding: 'utf8',
  });
  const answers = text.split('\n').filter((line) => line !== '');
  if (answers.length !== questions.length)
    throw new Error(`${answers.length} answers to ${questions.length} questions: ${text}`);
  return answers.map((answer) => JSON.parse(answer) as T[]);
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
