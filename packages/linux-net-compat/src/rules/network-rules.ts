import type { EbtablesRunOptions } from 'firewall-iptables';
import type { ForwardingOptions } from '../network/bridge-forwarding.js';
import type { FloatingForward } from '../network/floating-ip.js';
import type { ExternalOption } from '../network/host-rules.js';
import type { IptablesManager } from './iptables-manager.js';

/**
 * What the functions of the module want of a firewall. One way is the original's rules to the letter,
 * the other the intents of the firewall contract, for firewalls that have no such rules.
 */
export interface NetworkRules {
  /** The raw tables. With a firewall that has none, every use of it throws UnsupportedError. */
  readonly iptables: IptablesManager;
  /** Raw tables of the same binary name that start empty, with a manager of their own. @throws UnsupportedError */
  createIptablesManager(): IptablesManager;
  /** Brings the host's rules to what was asked for. */
  apply(): Promise<void>;

  metadataForward(): Promise<void>;
  metadataAccept(): Promise<void>;
  addSnatRule(range: string, options?: ExternalOption): Promise<void>;
  initHost(range: string, options?: ExternalOption): Promise<void>;
  ensureVpnForward(publicIp: string, port: number | string, privateIp: string): Promise<void>;
  ensureFloatingForward(...forward: FloatingForward): Promise<void>;
  removeFloatingForward(...forward: FloatingForward): Promise<void>;

  addDnsmasqAcceptRules(device: string): Promise<void>;
  removeDnsmasqAcceptRules(device: string): Promise<void>;
  addDhcpMangleRule(device: string): Promise<void>;
  removeDhcpMangleRule(device: string): Promise<void>;
  isolateDhcpAddress(device: string, address: string): Promise<void>;
  removeIsolateDhcpAddress(device: string, address: string): Promise<void>;

  /** Lets packets in and out of a bridge be forwarded, or keeps them from it, with the next {@link apply}. */
  setBridgeForwarding(bridge: string, options?: ForwardingOptions): Promise<void>;
  /** Takes that back, with the next {@link apply}. */
  clearBridgeForwarding(bridge: string, options?: ForwardingOptions): Promise<void>;

  /** Raw rules of ebtables. @throws UnsupportedError with a firewall that has none */
  execEbtables(argv: readonly string[], options?: EbtablesRunOptions): Promise<void>;
  ensureEbtablesRules(rules: readonly string[], table?: string): Promise<void>;
  removeEbtablesRules(rules: readonly string[], table?: string): Promise<void>;
}
