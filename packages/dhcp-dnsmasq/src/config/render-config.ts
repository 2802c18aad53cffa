import { ipFamily, type ParsedDhcpNetwork } from 'netdev-core';
import type { LeaseStore } from '../leases/lease-store.js';
import { addressCount } from './address-range.js';
import type { ServerPaths } from './paths.js';
import { renderBootFile, renderClass } from './render-classes.js';
import { renderForwarding } from './render-dns.js';
import { renderOption } from './render-options.js';
import { renderAdvertisement, renderSubnet } from './render-subnet.js';
import { servedSubnets } from './subnet-tags.js';

/** The smallest number of leases that dnsmasq is let hand out, and its own default (dnsmasq(8), dhcp-lease-max). */
const LEASES = 1000;

/** What the server at hand can do beside its configuration. */
export interface ServerAbilities {
  /** Lease events are told by the script at `paths.notifier`. */
  tellsLeases: boolean;
  /** It keeps its leases in a file, or asks its script for them. */
  leaseStore: LeaseStore;
  /** New files in a directory are read without being told (inotify(7), so on Linux alone). */
  noticesFiles: boolean;
}

/** The configuration file of a network's server; each line as dnsmasq(8) has it. */
export function renderConfig(
  network: ParsedDhcpNetwork,
  paths: ServerPaths,
  { tellsLeases, leaseStore, noticesFiles }: ServerAbilities,
): string {
  const subnets = servedSubnets(network);
  const lines = [
    ...renderListening(network),
    // Nothing of the host's own configuration.
    'no-hosts',
    'no-resolv',
    'no-poll',
    // No pid file of dnsmasq's own: its default is the one of the system's server.
    'pid-file',
    ...renderForwarding(network),
    `addn-hosts=${paths.names}`,
    ...(noticesFiles ? [`hostsdir=${paths.addedNames}`] : []),
    'dhcp-authoritative',
    // A guest with an address of the range is found by the name it gives itself, if nobody has it: all but this
    // one, by which browsers would find a proxy (CERT VU#598349).
    'dhcp-name-match=set:name.wpad,wpad',
    'dhcp-ignore-names=tag:name.wpad',
    ...network.classes.map(renderClass),
    ...(network.unknownClients === 'ignore' ? ['dhcp-ignore=tag:!known'] : []),
    ...subnets.flatMap(renderSubnet),
    ...renderRouter(network),
    ...(network.mtu === undefined ? [] : [`dhcp-option=option:mtu,${network.mtu}`]),
    ...network.options.map(renderOption),
    ...network.boot.map(renderBootFile),
    ...(network.tftpRoot === undefined ? [] : ['enable-tftp', `tftp-root=${network.tftpRoot}`]),
    `dhcp-hostsfile=${paths.hosts}`,
    ...(noticesFiles ? [`dhcp-hostsdir=${paths.addedHosts}`] : []),
    `dhcp-optsfile=${paths.options}`,
    leaseStore === 'file' ? `dhcp-leasefile=${paths.leases}` : 'leasefile-ro',
    `dhcp-lease-max=${leaseMax(network)}`,
    // What goes as usual is told as an event; a log of it would grow as fast as guests ask.
    'quiet-dhcp',
    'quiet-dhcp6',
    'quiet-ra',
    ...(tellsLeases ? [`dhcp-script=${paths.notifier}`, 'script-on-renewal'] : []),
    'log-facility=-',
  ];
  return `${lines.join('\n')}\n`;
}

function renderListening({ interface: device, subnets }: ParsedDhcpNetwork): string[] {
  const servesIpv6 = subnets.some(({ network }) => ipFamily(network) === 'ipv6');
  return [
    // DHCP on this device alone, so that other networks can have servers of their own. Taken out again, it
    // leaves only the server's address for DNS, where `interface` by itself would add all others it carries. The
    // IPv6 side takes no request from a device that was taken out (dhcp6.c, radv.c of dnsmasq).
    `interface=${device}`,
    ...(servesIpv6 ? [] : [`except-interface=${device}`]),
    'except-interface=lo',
    ...subnets.map(({ serverAddress }) => `listen-address=${serverAddress}`),
    // Not bind-dynamic: that would wait for a missing device or address, where this says that it is missing.
    'bind-interfaces',
  ];
}

function renderRouter({ interface: device, subnets }: ParsedDhcpNetwork): string[] {
  const advertise = subnets.flatMap((subnet) => subnet.advertise ?? []);
  const [first] = advertise;
  return first === undefined ? [] : ['enable-ra', ...renderAdvertisement(device, first)];
}

/** Rounded up to a power of two, so that one more host is no reason for a restart. */
function leaseMax({ hosts, subnets, relayed }: ParsedDhcpNetwork): number {
  const ranges = [...subnets, ...relayed].flatMap((subnet) => subnet.ranges);
  const inRanges = ranges.reduce((total, range) => total + addressCount(range), 0);
  const wanted = Math.min(2 * hosts.length + inRanges, 65536);
  return Math.max(LEASES, 2 ** Math.ceil(Math.log2(wanted + 1)));
}
