import type { LinuxNetConf } from '../conf/linux-net-conf.js';
import type { HostContext } from '../context.js';
import type { IptablesManager } from '../rules/iptables-manager.js';

/** The matches for packets to a host; one that is this host itself is matched by kind. */
export function iptablesDest(destination: string): string {
  return isLoopback(destination) ? '-m addrtype --dst-type LOCAL' : `-d ${destination}`;
}

/** Sends what guests ask of 169.254.169.254 to the metadata service. @throws CommandError */
export async function metadataForward(conf: LinuxNetConf, iptables: IptablesManager): Promise<void> {
  const target = isLoopback(conf.metadata_host)
    ? `REDIRECT --to-ports ${conf.metadata_port}`
    : `DNAT --to-destination ${conf.metadata_host}:${conf.metadata_port}`;
  iptables.ipv4.nat.addRule(
    'PREROUTING',
    `-s 0.0.0.0/0 -d 169.254.169.254/32 -p tcp -m tcp --dport 80 -j ${target}`,
  );
  await iptables.apply();
}

/** Lets requests to the metadata service in. @throws CommandError */
export async function metadataAccept(conf: LinuxNetConf, iptables: IptablesManager): Promise<void> {
  const tables = conf.metadata_host.includes(':') ? iptables.ipv6 : iptables.ipv4;
  tables.filter.addRule(
    'INPUT',
    `-p tcp -m tcp --dport ${conf.metadata_port} ${iptablesDest(conf.metadata_host)} -j ACCEPT`,
  );
  await iptables.apply();
}

/** Gives the host the address that guests ask for metadata. @throws NetDevError as the device driver does */
export async function ensureMetadataIp({ conf, netdev }: HostContext): Promise<void> {
  if (conf.fake_network) return;
  const driver = await netdev();
  await driver.ensureAddress({ link: 'lo', cidr: '169.254.169.254/32', scope: 'link' });
}

export function isLoopback(address: string): boolean {
  return address === '127.0.0.1' || address === '::1';
}
