import { posix } from 'node:path';
import type { LinuxNetContext } from '../context.js';

type WithConf = Pick<LinuxNetContext, 'conf'>;

/** The file of a device's dnsmasq; `kind` is its ending: `conf`, `opts`, `hosts`, `pid`. */
export function dhcpFile({ conf }: WithConf, device: string, kind: string): string {
  return posix.resolve(`${conf.networks_path}/nova-${device}.${kind}`);
}

/** The file of a device's radvd; `kind` is its ending: `conf` or `pid`. */
export function raFile({ conf }: WithConf, device: string, kind: string): string {
  return posix.resolve(`${conf.networks_path}/nova-ra-${device}.${kind}`);
}
