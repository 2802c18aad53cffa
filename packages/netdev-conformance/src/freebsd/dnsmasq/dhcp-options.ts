import { BadLine } from './config-line.js';

/** A line about an option: whom it is for, its number, and its values; without any it is not sent. */
export interface OptionLine {
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

/** Reads `[tag:TAG,…]OPTION[,VALUE…]` (dnsmasq(8), --dhcp-option). @throws BadLine */
export function readOption(parts: readonly string[]): OptionLine {
  const place = parts.findIndex((part) => !part.startsWith('tag:'));
  const [option = '', ...values] = place === -1 ? [] : parts.slice(place);
  const number = /^\d{1,3}$/.test(option) ? Number(option) : numbers[option.replace(/^option:/, '')];
  if (number === undefined || (!/^\d/.test(option) && !option.startsWith('option:')))
    throw new BadLine('bad dhcp-option');
  if (number < 1 || number > 254) throw new BadLine('bad dhcp-option');
  return { tags: parts.slice(0, place).map((part) => part.slice('tag:'.length)), option: number, values };
}

/** What a client with these tags is told: lines for its tags go before those for all. */
export function optionsFor(
  lines: readonly OptionLine[],
  tags: readonly string[],
): ReadonlyMap<number, readonly string[]> {
  const fitting = lines.filter((line) => line.tags.every((tag) => tags.includes(tag)));
  const told = new Map<number, readonly string[]>();
  for (const { option, values, tags: own } of fitting) {
    if (own.length === 0 && fitting.some((other) => other.option === option && other.tags.length > 0))
      continue;
    told.set(option, values);
  }
  for (const [option, values] of told) if (values.length === 0) told.delete(option);
  return told;
}
