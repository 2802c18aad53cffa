import { type OriginalDnsmasq, type OriginalServer, originalDnsmasq } from 'dhcp-dnsmasq/original';
import type { LinuxNetContext } from '../context.js';
import { executingRunner } from '../execute.js';
import type { DhcpNetwork } from './dhcp-network.js';

/** The dnsmasq of a device with the original's files and command lines. */
export function dnsmasqOf(
  context: Pick<LinuxNetContext, 'conf' | 'files' | 'runner'>,
  device: string,
): OriginalDnsmasq {
  const { conf, files } = context;
  return originalDnsmasq({ files, runner: executingRunner(context), directory: conf.networks_path }, device);
}

/** What a network's server is started with. */
export function serverOf(
  { conf }: Pick<LinuxNetContext, 'conf'>,
  device: string,
  network: DhcpNetwork,
  upstreamServers: readonly string[],
): OriginalServer {
  return {
    directory: conf.networks_path,
    device,
    serverAddress: network.dhcp_server,
    label: network.label,
    firstAddress: network.dhcp_start,
    netmask: network.netmask,
    cidr: network.cidr,
    leaseTime: conf.dhcp_lease_time,
    domain: conf.dhcp_domain,
    knowsNames: network.multi_host,
    upstreamServers,
    configFile: conf.dnsmasq_config_file,
    script: {
      program: conf.dhcpbridge,
      configFiles: conf.dhcpbridge_flagfile,
      networkId: network.id,
    },
  };
}
