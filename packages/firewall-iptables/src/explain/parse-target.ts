import { parseIpAddress } from 'netdev-core';
import type { Family } from '../tools/family.js';
import type { RuleAction } from './explanation.js';

/** Targets that end no chain, and change nothing that a rule of ours looks at (iptables-extensions(8), ebtables(8)). */
const passing: readonly string[] = [
  ...['LOG', 'NFLOG', 'ULOG', 'TRACE', 'AUDIT', 'SET', 'CONNMARK', 'CONNSECMARK', 'SECMARK', 'CLASSIFY'],
  ...['DSCP', 'TOS', 'ECN', 'TTL', 'HL', 'TCPMSS', 'TCPOPTSTRIP', 'CHECKSUM', 'IDLETIMER', 'LED', 'RATEEST'],
  ...['TEE', 'CONTINUE'],
];

/**
 * What a rule does, from its words behind the match: `-j DNAT --to-destination 10.0.0.1:80`.
 *
 * A name that is no target of the program is a chain's.
 */
export function parseTarget([option, name, ...words]: readonly string[], family: Family): RuleAction {
  if (option === undefined || name === undefined) return { kind: 'go-on' };
  if (option === '-g') return { kind: 'goto', chain: name };
  const target = Object.hasOwn(targets, name) ? targets[name] : undefined;
  if (target !== undefined) return target(words, family);
  if (passing.includes(name)) return { kind: 'go-on' };
  return words.length > 0 || others.includes(name) ? { kind: 'unknown' } : { kind: 'jump', chain: name };
}

/** Targets that may end a packet's way, or change it. */
const others: readonly string[] = [
  ...['QUEUE', 'NFQUEUE', 'NETMAP', 'SAME', 'TPROXY', 'SYNPROXY', 'CLUSTERIP', 'MIRROR', 'CT', 'HMARK'],
  ...['DNPT', 'SNPT', 'arpreply', 'redirect', 'dnat', 'snat', 'NOTRACK'],
];

const targets: Readonly<Record<string, (words: readonly string[], family: Family) => RuleAction>> = {
  ACCEPT: () => ({ kind: 'accept' }),
  DROP: () => ({ kind: 'drop' }),
  REJECT: () => ({ kind: 'drop' }),
  RETURN: () => ({ kind: 'return' }),
  MARK: (words) => iptablesMark(words),
  mark: (words) => ebtablesMark(words),
  DNAT: (words, family) => ({
    kind: 'translate-destination',
    ...endpointOf(words, '--to-destination', family),
  }),
  REDIRECT: (words) => ({ kind: 'translate-destination', address: 'chosen', ...portsOf(words) }),
  SNAT: (words, family) => ({ kind: 'translate-source', ...endpointOf(words, '--to-source', family) }),
  MASQUERADE: (words) => ({ kind: 'translate-source', address: 'masquerade', ...portsOf(words) }),
};

interface Endpoint {
  address?: string | 'chosen';
  port?: number | 'chosen';
}

/** `10.0.0.1`, `10.0.0.1:80`, `[fd00::1]:80`, `:80`, or with a range of either. */
function endpointOf(words: readonly string[], option: string, family: Family): Endpoint {
  const text = valueIn(words, option) ?? '';
  const withPort = family === 'ipv6' ? /^\[([^\]]*)\](?::(.+))?$/ : /^([^:]*)(?::(.+))?$/;
  const [, addressText = text, portText] = withPort.exec(text) ?? [];
  const port =
    portText === undefined ? (words.includes('--random') ? 'chosen' : undefined) : portOf(portText);
  return {
    ...(addressText === '' ? {} : { address: addressOf(addressText) }),
    ...(port === undefined ? {} : { port }),
  };
}

function addressOf(text: string): string {
  try {
    return parseIpAddress(text);
  } catch {
    return 'chosen';
  }
}

function portsOf(words: readonly string[]): { port?: number | 'chosen' } {
  const text = valueIn(words, '--to-ports');
  return text === undefined ? {} : { port: portOf(text) };
}

function portOf(text: string): number | 'chosen' {
  return /^\d+$/.test(text) ? Number(text) : 'chosen';
}

/** `--set-xmark 0x1/0x3`, the form in which every MARK rule is printed. */
function iptablesMark(words: readonly string[]): RuleAction {
  const [value, mask = 0xffffffff] = (valueIn(words, '--set-xmark') ?? '').split('/').map(Number);
  if (value === undefined || Number.isNaN(value + mask)) return { kind: 'unknown' };
  return { kind: 'mark', value, mask };
}

function ebtablesMark(words: readonly string[]): RuleAction {
  const [option = '', text, ...more] = words;
  const value = Number(text);
  const masks: Readonly<Record<string, readonly [value: number, mask: number]>> = {
    '--mark-set': [value, 0xffffffff],
    '--mark-or': [value, value],
    '--mark-and': [0, ~value >>> 0],
    '--mark-xor': [value, 0],
  };
  const [set, mask] = masks[option] ?? [];
  // Without a target of its own it accepts (ebtables(8)).
  if (set === undefined || mask === undefined || Number.isNaN(value) || more[1] !== 'CONTINUE')
    return { kind: 'unknown' };
  return { kind: 'mark', value: set, mask };
}

function valueIn(words: readonly string[], option: string): string | undefined {
  const place = words.indexOf(option);
  return place === -1 ? undefined : words[place + 1];
}
