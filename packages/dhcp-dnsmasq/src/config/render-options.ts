import type { DhcpOption, ParsedDhcpHost, ParsedDhcpNetwork } from 'netdev-core';

/** An option as dnsmasq takes it: `3,10.0.0.1` or `option:router,10.0.0.1`. */
export function renderOption({ option, values }: DhcpOption): string {
  return [typeof option === 'number' ? String(option) : `option:${option}`, ...values].join(',');
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
