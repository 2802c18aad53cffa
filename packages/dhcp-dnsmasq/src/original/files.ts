import { posix } from 'node:path';

/**
 * A file of a device's dnsmasq; `kind` is its ending: `conf` the hosts, `opts` their options, `hosts` the names, `pid`.
 *
 * @param directory the original's `networks_path`
 */
export function dnsmasqFile(directory: string, device: string, kind: string): string {
  return posix.resolve(`${directory}/nova-${device}.${kind}`);
}

/** A file of a device's radvd; `kind` is its ending: `conf` or `pid`. */
export function radvdFile(directory: string, device: string, kind: string): string {
  return posix.resolve(`${directory}/nova-ra-${device}.${kind}`);
}
