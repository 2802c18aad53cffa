import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { InvalidArgumentError, parseInterfaceName } from 'netdev-core';
import type { LeaseEvent } from './lease-handler.js';
import { parseLease } from './parse-lease.js';

/** What dnsmasq (or a person) asks for. */
export type Invocation = { network: string; configFiles: readonly string[] } & (
  | { action: 'init' }
  | { action: LeaseEvent['action']; event: LeaseEvent }
);

export type Environment = Readonly<Record<string, string | undefined>>;

const eventActions: readonly string[] = ['add', 'old', 'del'] satisfies LeaseEvent['action'][];

/**
 * Reads the command line `[--config-file PATH]... ACTION [MAC ADDRESS [HOSTNAME]]` and the variables that
 * dnsmasq sets (dnsmasq(8), `--dhcp-script`). `undefined` for an action that is none of ours: dnsmasq
 * asks scripts to pass over those, since it may come to know more of them.
 *
 * @throws InvalidArgumentError
 */
export function parseInvocation(
  argv: readonly string[],
  environment: Environment,
  now: Date,
): Invocation | undefined {
  const { configFiles, words } = splitCommandLine(argv);
  const [action, mac, address, hostname] = words;
  if (action === undefined) throw new InvalidArgumentError('action', action, 'add, old, del or init');
  const isEvent = isEventAction(action);
  if (!isEvent && action !== 'init') return undefined;
  const network = parseNetworkId(environment.NETWORK_ID);
  const files = [...parseConfigFiles(environment.CONFIG_FILE), ...configFiles];
  if (files.length === 0) {
    throw new InvalidArgumentError(
      'CONFIG_FILE',
      undefined,
      'a list of paths, and --config-file is not there',
    );
  }
  if (!isEvent) return { action: 'init', network, configFiles: files };
  const event: LeaseEvent = {
    action,
    id: randomUUID(),
    time: now.toISOString(),
    network,
    lease: parseLease(
      { mac, address, hostname, clientId: environment.DNSMASQ_CLIENT_ID, expires: endOf(environment, now) },
      action,
    ),
  };
  const device = environment.DNSMASQ_INTERFACE;
  if (device) event.interface = parseInterfaceName(device, 'DNSMASQ_INTERFACE');
  return { action, network, configFiles: files, event };
}

/** Options are looked for before the action only: what follows it, the guest's name too, is never one. */
function splitCommandLine(argv: readonly string[]): { configFiles: readonly string[]; words: string[] } {
  const options = { 'config-file': { type: 'string', multiple: true } } as const;
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, tokens: true });
  const first = tokens.find(({ kind }) => kind === 'positional')?.index ?? argv.length;
  try {
    const { values } = parseArgs({ args: argv.slice(0, first), options });
    return { configFiles: values['config-file'] ?? [], words: argv.slice(first) };
  } catch (cause) {
    throw new InvalidArgumentError('command line', argv[0], `right: ${(cause as Error).message}`);
  }
}

function isEventAction(action: string): action is LeaseEvent['action'] {
  return eventActions.includes(action);
}

function parseNetworkId(value: string | undefined): string {
  if (value !== undefined && /^[\w-]{1,128}$/.test(value)) return value;
  throw new InvalidArgumentError('NETWORK_ID', value, 'the id of a network');
}

function parseConfigFiles(text: string | undefined): readonly string[] {
  if (!text) return [];
  const value = parseJson(text);
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry !== '')) return value;
  throw new InvalidArgumentError(
    'CONFIG_FILE',
    text,
    'a list of paths in JSON: ["/etc/nova/dhcpbridge.json"]',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A dnsmasq that was built for hosts without a clock tells the length of a lease instead of its end. */
function endOf({ DNSMASQ_LEASE_EXPIRES, DNSMASQ_LEASE_LENGTH }: Environment, now: Date): number | undefined {
  if (DNSMASQ_LEASE_EXPIRES) return parseSeconds(DNSMASQ_LEASE_EXPIRES, 'DNSMASQ_LEASE_EXPIRES');
  if (!DNSMASQ_LEASE_LENGTH) return undefined;
  return Math.floor(now.getTime() / 1000) + parseSeconds(DNSMASQ_LEASE_LENGTH, 'DNSMASQ_LEASE_LENGTH');
}

function parseSeconds(text: string, field: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(field, text, 'a number of seconds');
}
