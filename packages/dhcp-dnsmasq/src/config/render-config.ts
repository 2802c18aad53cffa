import { cidrAddress, netmask, networkOf, type ParsedDhcpNetwork } from 'netdev-core';
import { addressCount } from './address-range.js';
import type { ServerPaths } from './paths.js';
import { renderOption } from './render-options.js';

/** The smallest number of leases that dnsmasq is let hand out, and its own default (dnsmasq(8), dhcp-lease-max). */
const LEASES = 1000;

/**
 * The configuration file of a network's server; each line as dnsmasq(8) has it. `tellsLeases`: lease
 * events are told by the script at `paths.notifier`.
 */
export function renderConfig(
  network: ParsedDhcpNetwork,
  paths: ServerPaths,
  { tellsLeases }: { tellsLeases: boolean },
): string {
  const { range, gateway, domain } = network;
  const mask = netmask(network.network);
  const lines = [
    // DHCP on this device alone, so that other networks can have servers of their own. Taken out again, it
    // leaves only the server's address for DNS, where `interface` by itself would add all others it carries.
    `interface=${network.interface}`,
    `except-interface=${network.interface}`,
    'except-interface=lo',
    `listen-address=${network.serverAddress}`,
    // Not bind-dynamic: that would wait for a missing device or address, where this says that it is missing.
    'bind-interfaces',
    // Nothing of the host's own configuration.
    'no-hosts',
    'no-resolv',
    'no-poll',
    // No pid file of dnsmasq's own: its default is the one of the system's server.
    'pid-file',
    ...network.upstreamServers.map((server) => `server=${server}`),
    // Names without a dot and private addresses are nobody else's business.
    'domain-needed',
    'bogus-priv',
    ...(domain === undefined ? [] : [`domain=${domain}`, `local=/${domain}/`, 'expand-hosts']),
    `addn-hosts=${paths.names}`,
    'dhcp-authoritative',
    // A guest with an address of the range is found by the name it gives itself, if nobody has it: all but this
    // one, by which browsers would find a proxy (CERT VU#598349).
    'dhcp-name-match=set:wpad,wpad',
    'dhcp-ignore-names=tag:wpad',
    range === undefined
      ? `dhcp-range=${cidrAddress(networkOf(network.network))},static,${mask},${network.leaseTime}s`
      : `dhcp-range=${range.first},${range.last},${mask},${network.leaseTime}s`,
    // An option without a value is not sent, not even by default.
    `dhcp-option=option:router${gateway === undefined ? '' : `,${gateway}`}`,
    `dhcp-option=option:dns-server${network.dnsServers.map((server) => `,${server}`).join('')}`,
    ...(network.mtu === undefined ? [] : [`dhcp-option=option:mtu,${network.mtu}`]),
    ...network.options.map((option) => `dhcp-option=${renderOption(option)}`),
    `dhcp-hostsfile=${paths.hosts}`,
    `dhcp-optsfile=${paths.options}`,
    `dhcp-leasefile=${paths.leases}`,
    `dhcp-lease-max=${leaseMax(network)}`,
    // What goes as usual is told as an event; a log of it would grow as fast as guests ask.
    'quiet-dhcp',
    ...(tellsLeases ? [`dhcp-script=${paths.notifier}`, 'script-on-renewal'] : []),
    'log-facility=-',
  ];
  return `${lines.join('\n')}\n`;
}

/** Rounded up to a power of two, so that one more host is no reason for a restart. */
function leaseMax({ hosts, range }: ParsedDhcpNetwork): number {
  const rangeSize = range === undefined ? 0 : addressCount(range);
  const wanted = Math.min(hosts.length + rangeSize, 65536);
  return Math.max(LEASES, 2 ** Math.ceil(Math.log2(wanted + 1)));
}
