import type { FixedIp } from '../context.js';
import type { DhcpNetwork } from '../dhcp/dhcp-network.js';
import type { RaNetwork } from '../ra/update-ra.js';
import type { dhcpFunctions } from './dhcp-functions.js';

/** The DHCP side under the original's names. The original's request context comes first and is not looked at. */
export function legacyDhcpFunctions(net: ReturnType<typeof dhcpFunctions>) {
  return {
    get_dhcp_leases: (_request: unknown, network: DhcpNetwork) => net.getDhcpLeases(network),
    get_dhcp_hosts: (_request: unknown, _network: DhcpNetwork, fixedIps: readonly FixedIp[]) =>
      net.getDhcpHosts(fixedIps),
    get_dns_hosts: (_request: unknown, network: DhcpNetwork) => net.getDnsHosts(network),
    get_dhcp_opts: (_request: unknown, network: DhcpNetwork, fixedIps: readonly FixedIp[]) =>
      net.getDhcpOpts(network, fixedIps),
    _host_lease: net.hostLease,
    _host_dhcp: net.hostDhcp,
    _host_dns: net.hostDns,
    _host_dhcp_network: net.hostDhcpNetwork,
    _host_dhcp_opts: net.hostDhcpOpts,
    _dhcp_file: net.dhcpFile,
    _ra_file: net.raFile,
    _dnsmasq_pid_for: net.dnsmasqPidFor,
    _ra_pid_for: net.raPidFor,
    is_pid_cmdline_correct: net.isPidCmdlineCorrect,
    write_to_file: net.writeToFile,
    release_dhcp: net.releaseDhcp,
    update_dhcp: (_request: unknown, device: string, network: DhcpNetwork) => net.updateDhcp(device, network),
    update_dns: (_request: unknown, device: string, network: DhcpNetwork) => net.updateDns(device, network),
    update_dhcp_hostfile_with_text: net.updateDhcpHostfileWithText,
    kill_dhcp: net.killDhcp,
    restart_dhcp: (_request: unknown, device: string, network: DhcpNetwork, fixedIps: readonly FixedIp[]) =>
      net.restartDhcp(device, network, fixedIps),
    update_ra: (_request: unknown, device: string, network: RaNetwork) => net.updateRa(device, network),
  };
}
