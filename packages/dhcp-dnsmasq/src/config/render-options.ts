import { createHash } from 'node:crypto';
import { ipFamily, type ParsedDhcpHost, type ParsedDhcpNetwork, type ParsedDhcpOption } from 'netdev-core';
import { classTag } from './subnet-tags.js';

/** An option as a line of the configuration: `dhcp-option=3,10.0.0.1` or `dhcp-option=option:router,10.0.0.1`. */
export function renderOption(option: ParsedDhcpOption): string {
  return `${option.always === true ? 'dhcp-option-force' : 'dhcp-option'}=${optionWords(option, [])}`;
}

function optionWords(
  { option, values, family, class: name }: ParsedDhcpOption,
  tags: readonly string[],
): string {
  const prefix = family === 'ipv6' ? 'option6:' : typeof option === 'number' ? '' : 'option:';
  const wanted = name === undefined ? tags : [...tags, classTag(name)];
  return [
    ...wanted.map((tag) => `tag:${tag}`),
    `${prefix}${option}`,
    ...values.map((value) => (family === 'ipv6' ? bracketed(value) : quoted(value))),
  ].join(',');
}

/** An IPv6 address stands in brackets (dnsmasq(8), dhcp-option). */
function bracketed(value: string): string {
  return ipFamily(value) === 'ipv6' && /^[0-9a-f:.]+$/i.test(value) ? `[${value}]` : quoted(value);
}

/**
 * In a file, a quote begins a quoted text and ` #` a comment. Only a value with one of those is quoted:
 * dnsmasq takes all that is in quotes for text, and would not see an address there (option.c, read_file).
 */
function quoted(value: string): string {
  return /["#]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}

/** The tag that ties a host to its own options. */
export function hostTag({ mac, clientId, duid }: Pick<ParsedDhcpHost, 'mac' | 'clientId' | 'duid'>): string {
  if (mac !== undefined) return `host.${mac.replaceAll(':', '')}`;
  const known = clientId === undefined ? `duid ${duid}` : `id ${clientId}`;
  return `host.${createHash('sha256').update(known).digest('hex').slice(0, 16)}`;
}

/** The options of single hosts: the file that dhcp-optsfile names (dnsmasq(8)). */
export function renderOptions({ hosts }: Pick<ParsedDhcpNetwork, 'hosts'>): string {
  return optionLines(hosts, '');
}

/** The same as lines of a configuration, for `--test`, which does not look into the file of options. */
export function renderOptionsAsConfig({ hosts }: Pick<ParsedDhcpNetwork, 'hosts'>): string {
  return optionLines(hosts, 'dhcp-option=');
}

function optionLines(hosts: readonly ParsedDhcpHost[], prefix: string): string {
  return hosts
    .flatMap((host) => host.options.map((option) => `${prefix}${optionWords(option, [hostTag(host)])}\n`))
    .join('');
}
