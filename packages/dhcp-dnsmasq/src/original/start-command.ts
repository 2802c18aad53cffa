import { cidrAddress, ipFamily, parseCidr, prefixLength } from 'netdev-core';
import { dnsmasqFile } from './files.js';

/** What a server is started with. Its values become words of a command: they have to be checked. */
export interface OriginalServer {
  /** The original's `networks_path`. */
  directory: string;
  device: string;
  /** The device's address that it serves at. */
  serverAddress: string;
  /** The tag of the range. */
  label: string;
  /** The first address that is handed out. */
  firstAddress: string;
  netmask: string;
  /** The network: no more leases are given than it has addresses. */
  cidr: string;
  /** In seconds. */
  leaseTime: number;
  domain: string;
  /** Whether it is to read the file of names. */
  knowsNames: boolean;
  /** Whom it asks for names of elsewhere. None: those that the host asks. */
  upstreamServers: readonly string[];
  /** A configuration file of the user's own, or an empty text. */
  configFile: string;
  /** The program that is told of leases, and what it is told where to look: configuration files and the network. */
  script: { program: string; configFiles: readonly string[]; networkId: string | number };
}

/**
 * The command that starts a network's dnsmasq, to the letter of the original. Its options are
 * dnsmasq(8)'s; the two variables are what its `--dhcp-script` reads.
 */
export function startCommand(server: OriginalServer): string[] {
  const { domain, upstreamServers, script } = server;
  const file = (kind: string): string => dnsmasqFile(server.directory, server.device, kind);
  const range = [
    `set:${server.label}`,
    server.firstAddress,
    'static',
    server.netmask,
    `${server.leaseTime}s`,
  ];
  return [
    'env',
    `CONFIG_FILE=${jsonList(script.configFiles)}`,
    `NETWORK_ID=${script.networkId}`,
    'dnsmasq',
    '--strict-order',
    '--bind-interfaces',
    `--conf-file=${server.configFile}`,
    `--pid-file=${file('pid')}`,
    `--dhcp-optsfile=${file('opts')}`,
    `--listen-address=${server.serverAddress}`,
    '--except-interface=lo',
    `--dhcp-range=${range.join(',')}`,
    `--dhcp-lease-max=${addressCount(server.cidr)}`,
    `--dhcp-hostsfile=${file('conf')}`,
    `--dhcp-script=${script.program}`,
    '--no-hosts',
    '--leasefile-ro',
    ...(domain ? [`--domain=${domain}`] : []),
    ...(server.knowsNames ? [`--addn-hosts=${file('hosts')}`] : []),
    ...(upstreamServers.length > 0
      ? ['--no-resolv', ...upstreamServers.map((address) => `--server=${address}`)]
      : []),
  ];
}

function addressCount(text: string): bigint {
  const cidr = parseCidr(text, 'cidr');
  const width = ipFamily(cidrAddress(cidr)) === 'ipv4' ? 32 : 128;
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
