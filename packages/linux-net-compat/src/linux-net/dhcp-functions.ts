import { dnsmasqFile, isProcessOf, radvdFile } from 'dhcp-dnsmasq/original';
import type { FixedIp, LinuxNetContext } from '../context.js';
import { createDhcpBackend } from '../dhcp/create-dhcp-backend.js';
import type { DhcpNetwork } from '../dhcp/dhcp-network.js';
import { hostsOf, optionsOf } from '../dhcp/host-texts.js';
import { hostDhcp, hostDhcpNetwork, hostDhcpOpts, hostDns, hostLease } from '../dhcp/legacy-lines.js';
import { getDnsHosts } from '../dhcp/update-dhcp.js';
import { writeToFile } from '../host/write-to-file.js';
import { type RaNetwork, raPidFor, updateRa } from '../ra/update-ra.js';

/** The functions of an instance for DHCP, DNS and router advertisements. */
export function dhcpFunctions(context: LinuxNetContext) {
  const { conf } = context;
  return {
    ...createDhcpBackend(context),
    getDhcpHosts: (fixedIps: readonly FixedIp[]) => hostsOf(fixedIps, conf),
    getDnsHosts: (network: DhcpNetwork) => getDnsHosts(context, network),
    getDhcpOpts: (network: DhcpNetwork, fixedIps: readonly FixedIp[]) => optionsOf(network, fixedIps, conf),
    hostLease: (fixedIp: FixedIp) => hostLease(context, fixedIp),
    hostDhcp: (fixedIp: FixedIp) => hostDhcp(context, fixedIp),
    hostDns: (fixedIp: FixedIp) => hostDns(context, fixedIp),
    hostDhcpNetwork,
    hostDhcpOpts,
    dhcpFile: (device: string, kind: string) => dnsmasqFile(conf.networks_path, device, kind),
    raFile: (device: string, kind: string) => radvdFile(conf.networks_path, device, kind),
    raPidFor: (device: string) => raPidFor(context, device),
    isPidCmdlineCorrect: (pid: number, match: string) => isProcessOf(context.files, pid, match),
    writeToFile: (path: string, text: string, mode?: 'w' | 'a') => writeToFile(context, path, text, mode),
    updateRa: (device: string, network: RaNetwork) => updateRa(context, device, network),
  };
}
