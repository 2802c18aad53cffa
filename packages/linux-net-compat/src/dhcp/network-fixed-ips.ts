import type { FixedIp, LinuxNetContext } from '../context.js';
import type { DhcpNetwork } from './dhcp-network.js';

/** The fixed addresses that this host serves: where every host serves its own guests, only theirs. */
export async function servedFixedIps(
  { conf, fixedIps }: Pick<LinuxNetContext, 'conf' | 'fixedIps'>,
  network: DhcpNetwork,
): Promise<readonly FixedIp[]> {
  return fixedIps({ network, host: network.multi_host ? conf.host : undefined });
}

/** The fixed addresses of a network on all hosts: a name is known everywhere. */
export async function allFixedIps(
  { fixedIps }: Pick<LinuxNetContext, 'fixedIps'>,
  network: DhcpNetwork,
): Promise<readonly FixedIp[]> {
  return fixedIps({ network, host: undefined });
}
