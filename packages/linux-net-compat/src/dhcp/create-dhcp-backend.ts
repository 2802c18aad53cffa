import type { LinuxNetContext } from '../context.js';
import type { DhcpBackend } from './dhcp-backend.js';
import { createDriverBackend } from './driver-backend.js';
import { killDhcp } from './kill-dhcp.js';
import { dnsmasqOf } from './original-server.js';
import { releaseDhcp } from './release-dhcp.js';
import { restartDhcp } from './restart-dhcp.js';
import { getDhcpLeases, updateDhcp, updateDhcpHostfileWithText, updateDns } from './update-dhcp.js';

/** The original's dnsmasq, unless the instance was made with another DHCP driver. */
export function createDhcpBackend(context: LinuxNetContext): DhcpBackend {
  if (context.dhcp !== undefined) return createDriverBackend(context, context.dhcp);
  return {
    getDhcpLeases: (network) => getDhcpLeases(context, network),
    dnsmasqPidFor: (device) => dnsmasqOf(context, device).notedPid(),
    releaseDhcp: (device, address, mac) => releaseDhcp(context, device, address, mac),
    updateDhcp: (device, network) => updateDhcp(context, device, network),
    updateDns: (device, network) => updateDns(context, device, network),
    updateDhcpHostfileWithText: (device, text) => updateDhcpHostfileWithText(context, device, text),
    killDhcp: (device) => killDhcp(context, device),
    restartDhcp: (device, network, fixedIps) => restartDhcp(context, device, network, fixedIps),
  };
}
