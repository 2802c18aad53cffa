import { cidrAddress, type IpAddress, networkOf as maskCidr, parseCidr, parseIpAddress } from 'netdev-core';
import { listOf, type Reader } from './reader.js';
import type { Family, Host, NotHost, PortMatch } from './rules.js';
import { portOf } from './services.js';

/** What the host has at the time that a text is loaded. */
export interface HostNames {
  /** The addresses of an interface, or of all that are in a group; `self`: of all. `undefined`: no such interface. */
  addressesOf(name: string): readonly { address: string; length: number }[] | undefined;
}

const any: NotHost = { not: false, host: { kind: 'any' } };

/** `any`, one host, or several in braces. */
export function parseIpSpec(reader: Reader, names: HostNames): NotHost[] {
  if (reader.take('any') !== undefined) return [any];
  return listOf(reader, () => parseNotHost(reader, names)).flat();
}

export const anyHost = (): NotHost[] => [any];

function parseNotHost(reader: Reader, names: HostNames): NotHost[] {
  const not = reader.take('!') !== undefined;
  if (!not && reader.take('no-route') !== undefined) return [{ not, host: { kind: 'no-route' } }];
  if (!not && reader.take('urpf-failed') !== undefined) return [{ not, host: { kind: 'urpf-failed' } }];
  return parseHost(reader, names).map((host) => ({ not, host }));
}

/** One host as it is written; several, where the name of an interface stands for its addresses. */
export function parseHost(reader: Reader, names: HostNames): Host[] {
  if (reader.take('<') !== undefined) {
    const name = reader.word();
    reader.expect('>');
    if (name.length > 31) reader.fail('table name too long, max 31 chars');
    return [{ kind: 'table', name }];
  }
  if (reader.take('(') !== undefined) {
    const [name = '', ...modifiers] = reader.word().split(':');
    reader.expect(')');
    if (name === '' || modifiers.some((each) => !['0', 'network', 'broadcast', 'peer'].includes(each)))
      reader.fail();
    if (name.length > 15) reader.fail('interface name too long');
    return [{ kind: 'dynamic', name, modifiers, length: parseLength(reader) }];
  }
  const word = reader.word();
  const length = parseLength(reader);
  const spaced = length === undefined && reader.take('-') !== undefined;
  if (spaced) {
    const first = asAddress(word) ?? reader.fail();
    return [{ kind: 'range', first, last: asAddress(reader.word()) ?? reader.fail() }];
  }
  // A range without blanks, quoted: the tokens of a macro.
  const quoted = /^(\S+) - (\S+)$/.exec(word);
  if (quoted !== null) {
    const [, first = '', last = ''] = quoted;
    return [
      { kind: 'range', first: asAddress(first) ?? reader.fail(), last: asAddress(last) ?? reader.fail() },
    ];
  }
  const [base = '', slash] = word.split('/');
  const address = asAddress(base);
  if (address !== undefined)
    return [networkOf(address, length ?? (slash === undefined ? undefined : Number(slash)))];
  return resolve(reader, names, word);
}

function resolve(reader: Reader, names: HostNames, word: string): Host[] {
  if (word === 'localhost') return [networkOf('127.0.0.1', undefined), networkOf('::1', undefined)];
  const [name = '', modifier] = word.split(':');
  const addresses = names.addressesOf(name);
  // Anything else would be asked of the DNS, which the simulated host has not.
  if (addresses === undefined || (modifier !== undefined && modifier !== 'network' && modifier !== '0'))
    return reader.fail(`no IP address found for ${word}`);
  if (addresses.length === 0) return reader.fail(`no IP address found for ${word}`);
  const used = modifier === '0' ? addresses.slice(0, 1) : addresses;
  return used.map(({ address, length }) => networkOf(address, modifier === 'network' ? length : undefined));
}

function parseLength(reader: Reader): number | undefined {
  if (reader.take('/') === undefined) return undefined;
  const word = reader.word();
  if (!/^\d{1,3}$/.test(word) || Number(word) > 128) reader.fail();
  return Number(word);
}

/** An address; also `10` and `172.16`, whose rest is zeros. */
function asAddress(word: string): IpAddress | undefined {
  const full = /^\d{1,3}(\.\d{1,3}){0,2}$/.test(word)
    ? `${word}${'.0'.repeat(4 - word.split('.').length)}`
    : word;
  try {
    return parseIpAddress(full);
  } catch {
    return undefined;
  }
}

function networkOf(address: string, length: number | undefined): Host {
  const full = address.includes(':') ? 128 : 32;
  const bits = length ?? full;
  return { kind: 'network', address: cidrAddress(maskCidr(parseCidr(`${address}/${bits}`))), length: bits };
}

export function familyOf(host: Host): Family | undefined {
  const address = host.kind === 'network' ? host.address : host.kind === 'range' ? host.first : undefined;
  if (address === undefined) return undefined;
  return address.includes(':') ? 'inet6' : 'inet';
}

/** What follows the word `port`: one port, a range, or several of these in braces. */
export function parsePorts(reader: Reader): PortMatch[] {
  return listOf(reader, () => {
    reader.take('=');
    const [first = '', last = first, ...more] = reader.word().split(':');
    const range = { first: portOf(first), last: portOf(last) };
    if (more.length > 0 || range.first === undefined || range.last === undefined) return reader.fail();
    return { first: range.first, last: range.last };
  });
}
