import type { createModule } from '../create-linux-net.js';
import { legacyGatewayFunctions } from './gateway-functions.js';
import { legacyClass } from './legacy-class.js';
import { legacyDeviceFunctions } from './legacy-devices.js';
import { legacyDhcpFunctions } from './legacy-dhcp.js';
import { legacyDriverFunctions } from './legacy-drivers.js';
import { legacyExecuteFunctions } from './legacy-execute.js';
import { legacyFirewallFunctions } from './legacy-firewall.js';
import { legacyIptablesManager, legacyTable } from './legacy-iptables.js';

/** The functions of an instance under the original's names, with its positional arguments. */
export function legacyFunctions(net: ReturnType<typeof createModule>) {
  return {
    iptables_manager: legacyIptablesManager(net.iptablesManager),
    IptablesManager: legacyClass(() => legacyIptablesManager(net.createIptablesManager())),
    IptablesTable: legacyClass(() => legacyTable(net.createIptablesTable())),
    IptablesRule: (chain: string, rule: string, wrap = true) => net.renderRule({ chain, rule, wrap }),
    get_binary_name: net.getBinaryName,
    _iptables_dest: net.iptablesDest,
    metadata_forward: net.metadataForward,
    metadata_accept: net.metadataAccept,
    ensure_metadata_ip: net.ensureMetadataIp,
    add_snat_rule: (range: string, isExternal = false) => net.addSnatRule(range, { isExternal }),
    init_host: (range: string, isExternal = false) => net.initHost(range, { isExternal }),
    send_arp_for_ip: net.sendArpForIp,
    bind_floating_ip: net.bindFloatingIp,
    unbind_floating_ip: net.unbindFloatingIp,
    ensure_vpn_forward: net.ensureVpnForward,
    ensure_floating_forward: net.ensureFloatingForward,
    remove_floating_forward: net.removeFloatingForward,
    floating_forward_rules: net.floatingForwardRules,
    floating_ebtables_rules: net.floatingEbtablesRules,
    clean_conntrack: net.cleanConntrack,
    get_gateway_rules: net.getGatewayRules,
    ...legacyExecuteFunctions(net),
    ensure_ebtables_rules: net.ensureEbtablesRules,
    remove_ebtables_rules: net.removeEbtablesRules,
    isolate_dhcp_address: net.isolateDhcpAddress,
    remove_isolate_dhcp_address: net.removeIsolateDhcpAddress,
    _add_dnsmasq_accept_rules: net.addDnsmasqAcceptRules,
    _remove_dnsmasq_accept_rules: net.removeDnsmasqAcceptRules,
    _add_dhcp_mangle_rule: net.addDhcpMangleRule,
    _remove_dhcp_mangle_rule: net.removeDhcpMangleRule,
    ...legacyDhcpFunctions(net),
    ...legacyDeviceFunctions(net),
    ...legacyGatewayFunctions(net),
    ...legacyDriverFunctions(net),
    ...legacyFirewallFunctions(net),
  };
}
