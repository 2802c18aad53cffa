import type { DhcpOption, ParsedDhcpHost, ParsedDhcpNetwork } from 'netdev-core';

/** An option as dnsmasq takes it: `3,10.0.0.1` or `option:router,10.0.0.1`. */
export function renderOption({ option, values }: DhcpOption): string {
  return [typeof option === 'number' ? String(option) : `option:${option}`, ...values.map(quoted)].join(',');
}

/**
 * In a file, a quote begins a quoted text and ` #` a comment. Only a value with one of those is quoted:
 * dnsmasq takes all that is in quotes for text, and would not see an address there (option.c, read_file).
 */
function quoted(value: string): string {
  return /["#]/.test(value) ? `"${value.replace(/["\\]/g, '\\$&')}"` : value;
}

/** The tag that ties a host to its own options. */
export function hostTag({ mac }: ParsedDhcpHost): string {
  return `host-${mac.replaceAll(':', '')}`;
}

/** The options of single hosts: the file that dhcp-optsfile names (dnsmasq(8)). */
export function renderOptions({ hosts }: ParsedDhcpNetwork): string {
  return hosts
    .flatMap((host) => host.options.map((option) => `tag:${hostTag(host)},${renderOption(option)}\n`))
    .join('');
}

/** The same as lines of a configuration, for `--test`, which does not look into the file of options. */
export function renderOptionsAsConfig(network: ParsedDhcpNetwork): string {
  return renderOptions(network).replace(/^(?=.)/gm, 'dhcp-option=');
}
