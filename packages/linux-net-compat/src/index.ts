export type { RuleOptions, WrapOption } from 'firewall-iptables';
export type { LinuxNetConf } from './conf/linux-net-conf.js';
export type { FixedIp, FixedIpLookup } from './context.js';
export type { LinuxNetOptions } from './create-context.js';
export { createLinuxNet, type LinuxNet } from './create-linux-net.js';
export { NetworkDhcpReleaseFailed } from './dhcp/release-dhcp.js';
export type { HeldLease, LeaseEvent, LeaseHandler, LeaseQuery } from './dhcpbridge/lease-handler.js';
export { NovaException } from './drivers/bridge-port.js';
export type { DriverNetwork } from './drivers/driver-network.js';
export type { InterfaceDriverFactory } from './drivers/driver-registry.js';
export {
  type InterfaceDriver,
  LinuxNetInterfaceDriver,
  type PlugOptions,
} from './drivers/interface-driver.js';
export { type Fault, type FaultMode, faults } from './faults.js';
export type { GatewayNetwork } from './gateway/gateway-network.js';
export type {
  FilteredInstance,
  FilteredSubnet,
  FilteredVif,
} from './instance-filter/guest-records.js';
export type {
  ProviderRuleRecord,
  SecurityGroupLookup,
  SecurityGroupRuleRecord,
  TrafficRecord,
} from './instance-filter/security-groups.js';
export { AgentError } from './interfaces/ovs-vsctl.js';
export * from './module-functions.js';
export type { FloatingForward, FloatingNetwork } from './network/floating-ip.js';
export type { ChainRule } from './network/gateway-rules.js';
export type { ExternalOption } from './network/host-rules.js';
export { IptablesTable } from './rules/iptables-classes.js';
export type { IptablesManager, IptablesTables } from './rules/iptables-manager.js';
export type { RuleText } from './rules/iptables-rule.js';
export type { VifPlugOptions } from './vif/plug-options.js';
export type { Vif, VifDetails, VifNetwork, VifType } from './vif/vif.js';
