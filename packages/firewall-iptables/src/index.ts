import { CONTRACT_VERSION, register } from 'netdev-core';
import { createIptablesFirewall } from './firewall-manager.js';

register('firewall', 'firewall-iptables', { contract: CONTRACT_VERSION, create: createIptablesFirewall });

export {
  createIptablesFirewall,
  type IptablesFirewall,
  type IptablesFirewallOptions,
} from './firewall-manager.js';
export {
  IptablesManager,
  type IptablesTables,
  type RawTable,
  type RawTableOptions,
  type SharedChains,
} from './iptables/manager.js';
export { type IptablesRule, IptablesTable, type RuleOptions, type WrapOption } from './iptables/table.js';
export type { Variant } from './tools/family.js';
