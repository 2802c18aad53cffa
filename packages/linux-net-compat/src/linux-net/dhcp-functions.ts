import type { FixedIp, LinuxNetContext } from '../context.js';
import type { DhcpNetwork } from '../dhcp/dhcp-network.js';
import { dnsmasqPidFor } from '../dhcp/dnsmasq-process.js';
import { hostsText, optionsText } from '../dhcp/host-texts.js';
import { killDhcp } from '../dhcp/kill-dhcp.js';
import { hostDhcp, hostDhcpNetwork, hostDhcpOpts, hostDns, hostLease } from '../dhcp/legacy-lines.js';
import { releaseDhcp } from '../dhcp/release-dhcp.js';
import { restartDhcp } from '../dhcp/restart-dhcp.js';
import * as update from '../dhcp/update-dhcp.js';
import { dhcpFile, raFile } from '../host/network-files.js';
import { isPidCmdlineCorrect } from '../host/pid-file.js';
import { writeToFile } from '../host/write-to-file.js';
import { type RaNetwork, raPidFor, updateRa } from '../ra/update-ra.js';

/** The functions of an instance for DHCP, DNS and router advertisements. */
export function dhcpFunctions(context: LinuxNetContext) {
  const { conf } = context;
  return {
    getDhcpLeases: (network: DhcpNetwork) => update.getDhcpLeases(context, network),
    getDhcpHosts: (fixedIps: readonly FixedIp[]) => hostsText(fixedIps, conf),
    getDnsHosts: (network: DhcpNetwork) => update.getDnsHosts(context, network),
    getDhcpOpts: (network: DhcpNetwork, fixedIps: readonly FixedIp[]) => optionsText(network, fixedIps, conf),
    hostLease: (fixedIp: FixedIp) => hostLease(context, fixedIp),
    hostDhcp: (fixedIp: FixedIp) => hostDhcp(context, fixedIp),
    hostDns: (fixedIp: FixedIp) => hostDns(context, fixedIp),
    hostDhcpNetwork,
    hostDhcpOpts,
    dhcpFile: (device: string, kind: string) => dhcpFile(context, device, kind),
    raFile: (device: string, kind: string) => raFile(context, device, kind),
    dnsmasqPidFor: (device: string) => dnsmasqPidFor(context, device),
    raPidFor: (device: string) => raPidFor(context, device),
    isPidCmdlineCorrect: (pid: number, match: string) => isPidCmdlineCorrect(context, pid, match),
    writeToFile: (path: string, text: string, mode?: 'w' | 'a') => writeToFile(context, path, text, mode),
    releaseDhcp: (device: string, address: string, mac: string) => releaseDhcp(context, device, address, mac),
    updateDhcp: (device: string, network: DhcpNetwork) => update.updateDhcp(context, device, network),
    updateDns: (device: string, network: DhcpNetwork) => update.updateDns(context, device, network),
    updateDhcpHostfileWithText: (device: string, text: string) =>
      update.updateDhcpHostfileWithText(context, device, text),
    killDhcp: (device: string) => killDhcp(context, device),
    restartDhcp: (device: string, network: DhcpNetwork, fixedIps: readonly FixedIp[]) =>
      restartDhcp(context, device, network, fixedIps),
    updateRa: (device: string, network: RaNetwork) => updateRa(context, device, network),
  };
}
