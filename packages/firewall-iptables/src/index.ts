import { CONTRACT_VERSION, register } from 'netdev-core';
import { createIptablesFirewall } from './firewall-manager.js';

register('firewall', 'firewall-iptables', { contract: CONTRACT_VERSION, create: createIptablesFirewall });

export type { Finding, FindingCode } from './diagnose/finding.js';
export {
  createEbtables,
  type Ebtables,
  type EbtablesOptions,
  type EbtablesRunOptions,
} from './ebtables/ebtables.js';
export type {
  ExplainedRule,
  Explanation,
  Hook,
  PacketAddresses,
  RuleAction,
  Verdict,
} from './explain/explanation.js';
export type { ArpMessage, ExplainOptions, Packet } from './explain/packet.js';
export type { FaultMode } from './faults.js';
export { createIptablesFirewall } from './firewall-manager.js';
export type { DropLogging } from './intents/drop-logging.js';
export {
  IptablesManager,
  type IptablesTables,
  type Ipv6Use,
  type RawTable,
  type RawTableOptions,
  type SharedChains,
} from './iptables/manager.js';
export {
  type IptablesRule,
  IptablesTable,
  type RuleOptions,
  type TableOptions,
  type WrapOption,
} from './iptables/table.js';
export type { IptablesFirewall, IptablesFirewallOptions } from './options.js';
export type { ForeignOrder } from './ruleset/wanted-table.js';
export type { Variant } from './tools/family.js';
