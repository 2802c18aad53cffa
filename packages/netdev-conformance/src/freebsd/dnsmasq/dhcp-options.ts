import { BadLine } from './config-line.js';

/** A line about an option: whom it is for, its number, and its values; without any it is not sent. */
export interface OptionLine {
  family: 'inet' | 'inet6';
  tags: readonly string[];
  option: number;
  values: readonly string[];
}

/** The names of some options (`dnsmasq --help dhcp`), by which `option:NAME` names them. */
const numbers: Readonly<Record<string, number>> = {
  netmask: 1,
  router: 3,
  'dns-server': 6,
  'domain-name': 15,
  mtu: 26,
  broadcast: 28,
  'static-route': 33,
  'ntp-server': 42,
  'tftp-server': 66,
  'bootfile-name': 67,
  'domain-search': 119,
  'classless-static-route': 121,
};

/** Those of DHCPv6 (`dnsmasq --help dhcp6`). */
const numbers6: Readonly<Record<string, number>> = {
  'dns-server': 23,
  'domain-search': 24,
  'information-refresh-time': 32,
  'ntp-server': 56,
  'bootfile-url': 59,
};

/** Reads `[tag:TAG,…]OPTION[,VALUE…]` (dnsmasq(8), --dhcp-option). @throws BadLine */
export function readOption(parts: readonly string[]): OptionLine {
  const place = parts.findIndex((part) => !part.startsWith('tag:'));
  const [word = '', ...values] = place === -1 ? [] : parts.slice(place);
  const [, prefix, name = ''] = /^(?:(option6?):)?(.*)$/.exec(word) ?? [];
  const family = prefix === 'option6' ? 'inet6' : 'inet';
  const byName = family === 'inet6' ? numbers6[name] : numbers[name];
  const option = /^\d{1,5}$/.test(name) ? Number(name) : prefix === undefined ? undefined : byName;
  if (option === undefined || option < 1 || option > (family === 'inet6' ? 65_535 : 254))
    throw new BadLine('bad dhcp-option');
  return { family, tags: parts.slice(0, place).map((part) => part.slice('tag:'.length)), option, values };
}

/** What a client with these tags is told: lines for its tags go before those for all. */
export function optionsFor(
  lines: readonly OptionLine[],
  tags: readonly string[],
): ReadonlyMap<number, readonly string[]> {
  const fitting = lines.filter(
    ({ family, tags: own }) => family === 'inet' && own.every((tag) => tags.includes(tag)),
  );
  const told = new Map<number, readonly string[]>();
  for (const { option, values, tags: own } of fitting) {
    if (own.length === 0 && fitting.some((other) => other.option === option && other.tags.length > 0))
      continue;
    told.set(option, values);
  }
  for (const [option, values] of told) if (values.length === 0) told.delete(option);
  return told;
}
