import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InvalidArgumentError, PlatformError } from 'netdev-core';

/** Who gets the events: an ES module, or who listens on a unix socket. */
export type LeaseTarget = { handler: string } | { socket: string };

/** What the configuration says, with every default filled in. */
export interface BridgeConfig {
  target: LeaseTarget;
  /** Where events that are not handed on yet, and the leases known last, are kept. */
  stateDirectory: string;
  /** How long the target may take for one event, and for `init` with all that comes before it. */
  timeoutMs: number;
  /** How long dnsmasq waits for an event to be handed on, which goes on without it then. */
  waitMs: number;
  /** Seconds that a lease lasts of which nobody knows when it ends. */
  leaseTime: number;
}

const DEFAULTS = {
  stateDirectory: '/var/lib/nova/dhcpbridge',
  timeoutMs: 5000,
  waitMs: 1000,
  leaseTime: 86400,
};

type Check = { expected: string; accepts: (value: unknown) => boolean };

const path: Check = {
  expected: 'a path',
  accepts: (value) => typeof value === 'string' && /^[^\0]+$/.test(value),
};
const between = (first: number, last: number): Check => ({
  expected: `a whole number from ${first} to ${last}`,
  accepts: (value) => Number.isInteger(value) && Number(value) >= first && Number(value) <= last,
});
const checks: Readonly<Record<string, Check>> = {
  handler: path,
  socket: path,
  stateDirectory: path,
  timeoutMs: between(100, 60_000),
  waitMs: between(0, 60_000),
  leaseTime: between(120, 0xffff_fffe),
};
const paths: readonly string[] = ['handler', 'socket', 'stateDirectory'];

/**
 * Reads configuration files, each a JSON object; of a key in several the last one counts.
 *
 * @throws InvalidArgumentError naming the file and the key; PlatformError for a file that cannot be read
 */
export async function readBridgeConfig(files: readonly string[]): Promise<BridgeConfig> {
  const entries = new Map<string, unknown>();
  for (const file of files) {
    for (const [name, value] of parseEntries(await readText(file), resolve(file))) entries.set(name, value);
  }
  const { handler, socket, ...rest } = Object.fromEntries(entries) as Partial<
    Omit<BridgeConfig, 'target'> & { handler: string; socket: string }
  >;
  if ((handler === undefined) === (socket === undefined)) {
    const found = handler === undefined ? undefined : 'both';
    throw new InvalidArgumentError(files.join(', '), found, 'a configuration with one of handler and socket');
  }
  const target = handler === undefined ? { socket: socket ?? '' } : { handler };
  return { target, ...DEFAULTS, ...rest };
}

/** The entries of one file, checked. Its paths are relative to where it is. @throws InvalidArgumentError */
export function parseEntries(text: string, file: string): [name: string, value: unknown][] {
  let object: unknown;
  try {
    object = JSON.parse(text);
  } catch (error) {
    throw new InvalidArgumentError(file, text, `JSON: ${(error as Error).message}`);
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    throw new InvalidArgumentError(file, object, 'a JSON object');
  }
  return Object.entries(object).map(([name, value]) => {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    const field = `${file}: ${name}`;
    if (check === undefined) {
      throw new InvalidArgumentError(field, value, `known; there are ${Object.keys(checks).join(', ')}`);
    }
    if (!check.accepts(value)) throw new InvalidArgumentError(field, value, check.expected);
    return [name, paths.includes(name) ? resolve(dirname(file), String(value)) : value];
  });
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { message, code } = cause as NodeJS.ErrnoException;
    throw new PlatformError({
      operation: 'read the configuration',
      object: file,
      detail: message,
      errno: code,
      cause,
      hint: 'the option dhcpbridge_flagfile names it',
    });
  }
}
