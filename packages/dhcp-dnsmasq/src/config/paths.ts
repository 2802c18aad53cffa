import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { InvalidArgumentError, type Key } from 'netdev-core';

/** The files of one server, all in a folder of its own. */
export interface ServerPaths {
  folder: string;
  /** What dnsmasq reads at its start only. */
  config: string;
  /** A configuration that is being tried. */
  candidate: string;
  /** What dnsmasq reads again when it is told to (SIGHUP, dnsmasq(8)). */
  hosts: string;
  options: string;
  names: string;
  /** Directories whose new files dnsmasq reads by itself (dnsmasq(8), dhcp-hostsdir and hostsdir). */
  addedHosts: string;
  addedNames: string;
  leases: string;
  /** The leases where dnsmasq keeps none itself. */
  leaseStore: string;
  pid: string;
  log: string;
  /** The end of a log that had grown too long. */
  formerLog: string;
  /** What is noted of the server, and the whole network that it is for. */
  network: string;
  spec: string;
  /** What is told of leases, and the script that dnsmasq runs to tell it. */
  events: string;
  notifier: string;
}

/** The name of a file may have 255 bytes on Linux and FreeBSD; some are left for the drafts of its files. */
const LONGEST_NAME = 200;

/** The files of a network's server below the driver's directory. A key's folder is no other key's. */
export function serverPaths(directory: string, key: Key): ServerPaths {
  const folder = `${directory}/${folderName(key)}`;
  return {
    folder,
    config: `${folder}/dnsmasq.conf`,
    candidate: `${folder}/candidate.conf`,
    hosts: `${folder}/hosts`,
    options: `${folder}/options`,
    names: `${folder}/names`,
    addedHosts: `${folder}/hosts.d`,
    addedNames: `${folder}/names.d`,
    leases: `${folder}/leases`,
    leaseStore: `${folder}/lease-store`,
    pid: `${folder}/pid`,
    log: `${folder}/log`,
    formerLog: `${folder}/log.1`,
    network: `${folder}/network.json`,
    spec: `${folder}/spec.json`,
    events: `${folder}/events`,
    notifier: `${folder}/events/notify`,
  };
}

/** The lock that whoever changes a network holds: of one name for all programs that keep it in this directory. */
export function lockName(directory: string, key: Key): string {
  const folder = serverPaths(directory, key).folder;
  return `dhcp-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
}

/** No name has the form of a shortened one: an escape has capital letters, a digest has none. */
function folderName(key: Key): string {
  const name = encodeURIComponent(key);
  if (name.length <= LONGEST_NAME) return name;
  return `${name.slice(0, 100)}%${createHash('sha256').update(key).digest('hex')}`;
}

/**
 * Checks the directory: its name is written into dnsmasq's configuration, where some characters mean
 * something.
 *
 * @throws InvalidArgumentError
 */
export function parseDirectory(value: unknown): string {
  if (typeof value === 'string' && /^(?:\/[A-Za-z0-9@_%+=.-]+)+\/?$/.test(value)) return posix.resolve(value);
  throw new InvalidArgumentError('directory', value, 'an absolute path of A-Z a-z 0-9 @ _ % + = . -');
}
