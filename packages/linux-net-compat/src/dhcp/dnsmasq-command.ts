import { ipFamily, parseCidr, prefixLength } from 'netdev-core';
import type { LinuxNetConf } from '../conf/linux-net-conf.js';
import { dhcpFile } from '../host/network-files.js';
import type { DhcpNetwork } from './dhcp-network.js';

/**
 * The command that starts a network's dnsmasq, to the letter of the original. Its options are
 * dnsmasq(8)'s; the two variables are what its `--dhcp-script` reads.
 */
export function dnsmasqCommand(
  device: string,
  network: DhcpNetwork,
  conf: LinuxNetConf,
  dnsServers: readonly string[],
): string[] {
  const file = (kind: string): string => dhcpFile({ conf }, device, kind);
  const range = [
    `set:${network.label}`,
    network.dhcp_start,
    'static',
    network.netmask,
    `${conf.dhcp_lease_time}s`,
  ];
  return [
    'env',
    `CONFIG_FILE=${jsonList(conf.dhcpbridge_flagfile)}`,
    `NETWORK_ID=${network.id}`,
    'dnsmasq',
    '--strict-order',
    '--bind-interfaces',
    `--conf-file=${conf.dnsmasq_config_file}`,
    `--pid-file=${file('pid')}`,
    `--dhcp-optsfile=${file('opts')}`,
    `--listen-address=${network.dhcp_server}`,
    '--except-interface=lo',
    `--dhcp-range=${range.join(',')}`,
    `--dhcp-lease-max=${addressCount(network.cidr)}`,
    `--dhcp-hostsfile=${file('conf')}`,
    `--dhcp-script=${conf.dhcpbridge}`,
    '--no-hosts',
    '--leasefile-ro',
    ...(conf.dhcp_domain ? [`--domain=${conf.dhcp_domain}`] : []),
    ...(network.multi_host ? [`--addn-hosts=${file('hosts')}`] : []),
    ...(dnsServers.length > 0 ? ['--no-resolv', ...dnsServers.map((server) => `--server=${server}`)] : []),
  ];
}

function addressCount(text: string): bigint {
  const cidr = parseCidr(text, 'network.cidr');
  const width = ipFamily(cidr.split('/')[0] ?? '') === 'ipv4' ? 32 : 128;
  return 1n << BigInt(width - prefixLength(cidr));
}

/** JSON with a blank after each comma and in ASCII, as the original's scripts are used to it. */
function jsonList(entries: readonly string[]): string {
  const ascii = (entry: string): string =>
    JSON.stringify(entry).replace(
      /[\u007f-\uffff]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return `[${entries.map(ascii).join(', ')}]`;
}
