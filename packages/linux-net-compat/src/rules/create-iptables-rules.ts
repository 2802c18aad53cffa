import type { HostContext } from '../context.js';
import { executingRunner } from '../execute.js';
import { clearBridgeForwarding, setBridgeForwarding } from '../network/bridge-forwarding.js';
import { dhcpIsolationRules } from '../network/dhcp-isolation.js';
import * as dhcpRules from '../network/dhcp-rules.js';
import * as floating from '../network/floating-ip.js';
import * as host from '../network/host-rules.js';
import * as metadata from '../network/metadata.js';
import { iptablesFor } from './iptables-classes.js';
import type { IptablesManager } from './iptables-manager.js';
import type { NetworkRules } from './network-rules.js';

/** The original's rules, to the letter. */
export function createIptablesRules(
  context: HostContext,
  iptables: IptablesManager,
  createIptablesManager: () => IptablesManager,
): NetworkRules {
  const { conf } = context;
  const ebtables = () =>
    iptablesFor('ebtables').createEbtables({
      runner: executingRunner(context),
      locks: context.locks,
      attempts: conf.ebtables_exec_attempts,
      retryIntervalMs: conf.ebtables_retry_interval * 1000,
      faults: context.faults,
      sleep: context.sleep,
    });
  const ensureEbtablesRules: NetworkRules['ensureEbtablesRules'] = async (rules, table) =>
    ebtables().ensureRules(rules, table);
  const removeEbtablesRules: NetworkRules['removeEbtablesRules'] = async (rules, table) =>
    ebtables().removeRules(rules, table);
  return {
    iptables,
    createIptablesManager,
    apply: async () => iptables.apply(),

    metadataForward: async () => metadata.metadataForward(conf, iptables),
    metadataAccept: async () => metadata.metadataAccept(conf, iptables),
    addSnatRule: async (range, options) => host.addSnatRule(conf, iptables, range, options),
    initHost: async (range, options) => {
      await host.addSnatRule(conf, iptables, range, options);
      if (options?.isExternal === true)
        await ensureEbtablesRules(host.forcedSnatFrameRules(conf, range), 'nat');
      await host.addNoSnatRules(conf, iptables, range);
    },
    ensureVpnForward: async (publicIp, port, privateIp) =>
      floating.ensureVpnForward(iptables, publicIp, port, privateIp),
    ensureFloatingForward: async (...forward) => {
      const [, fixedIp, device, network] = forward;
      await floating.addFloatingRules(context, iptables, forward);
      if (device !== network.bridge)
        await ensureEbtablesRules(...floating.floatingEbtablesRules(fixedIp, network));
    },
    removeFloatingForward: async (...forward) => {
      const [, fixedIp, device, network] = forward;
      await floating.removeFloatingRules(iptables, forward);
      if (device !== network.bridge)
        await removeEbtablesRules(...floating.floatingEbtablesRules(fixedIp, network));
    },

    addDnsmasqAcceptRules: async (device) => dhcpRules.addDnsmasqAcceptRules(iptables, device),
    removeDnsmasqAcceptRules: async (device) => dhcpRules.removeDnsmasqAcceptRules(iptables, device),
    addDhcpMangleRule: async (device) => dhcpRules.addDhcpMangleRule(iptables, device),
    removeDhcpMangleRule: async (device) => dhcpRules.removeDhcpMangleRule(iptables, device),
    isolateDhcpAddress: async (device, address) => ensureEbtablesRules(dhcpIsolationRules(device, address)),
    removeIsolateDhcpAddress: async (device, address) =>
      removeEbtablesRules(dhcpIsolationRules(device, address)),

    setBridgeForwarding: async (bridge, options) => setBridgeForwarding(conf, iptables, bridge, options),
    clearBridgeForwarding: async (bridge, options) => clearBridgeForwarding(conf, iptables, bridge, options),

    execEbtables: async (argv, options) => ebtables().run(argv, options),
    ensureEbtablesRules,
    removeEbtablesRules,
  };
}
