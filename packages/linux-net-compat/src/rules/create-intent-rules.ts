import type { FirewallManager, Intent } from 'netdev-core';
import type { HostContext } from '../context.js';
import * as intents from './network-intents.js';
import type { NetworkRules } from './network-rules.js';
import { noRawTables, withoutRawTables } from './without-raw-tables.js';

/**
 * The same by the intents of the firewall contract. Each call keeps one group, under a key that says
 * what it is for.
 *
 * @param firewall found on first use
 */
export function createIntentRules(
  context: HostContext,
  firewall: () => Promise<FirewallManager>,
  name: string,
): NetworkRules {
  const { conf } = context;

  const apply = async (): Promise<void> => {
    if (conf.fake_network) return;
    await (await firewall()).apply();
  };
  const put = async (key: string, wanted: readonly Intent[]): Promise<void> => {
    if (conf.fake_network) return;
    await (await firewall()).put({ key, intents: wanted });
  };
  const putNow = async (key: string, wanted: readonly Intent[]): Promise<void> => {
    await put(key, wanted);
    await apply();
  };
  const drop = async (key: string): Promise<void> => {
    if (conf.fake_network) return;
    await (await firewall()).delete(key);
  };
  const remove = async (key: string): Promise<void> => {
    await drop(key);
    await apply();
  };
  const refuseRaw = async (): Promise<never> => {
    throw noRawTables(name, 'ebtables rules');
  };

  return {
    iptables: withoutRawTables(name),
    createIptablesManager: () => {
      throw noRawTables(name, 'iptables rules');
    },
    apply,

    metadataForward: async () => putNow('metadata/forward', [intents.metadataRedirect(conf)]),
    metadataAccept: async () => putNow('metadata/accept', [intents.metadataAccept(conf)]),
    addSnatRule: async (range, options) =>
      putNow(intents.keyOf('snat', range), intents.sourceNat(conf, range, options)),
    initHost: async (range, options) => {
      await put(intents.keyOf('snat', range), intents.sourceNat(conf, range, options));
      await putNow(intents.keyOf('host', range), intents.noNat(conf, range));
    },
    ensureVpnForward: async (publicIp, port, privateIp) =>
      putNow(intents.keyOf('vpn', `${publicIp}/${port}`), [intents.vpnForward(publicIp, port, privateIp)]),
    ensureFloatingForward: async (...forward) =>
      putNow(intents.keyOf('floating', forward[0]), [intents.floatingAddress(forward)]),
    removeFloatingForward: async (floatingIp) => remove(intents.keyOf('floating', floatingIp)),

    addDnsmasqAcceptRules: async (device) =>
      putNow(intents.keyOf('dnsmasq', device), intents.acceptDnsmasq(device)),
    removeDnsmasqAcceptRules: async (device) => remove(intents.keyOf('dnsmasq', device)),
    // A workaround for guests behind iptables' kernel: what other hosts send has its checksum.
    addDhcpMangleRule: async () => {},
    removeDhcpMangleRule: async () => {},
    isolateDhcpAddress: async (device, address) =>
      putNow(intents.keyOf('isolate', device), [{ kind: 'isolate-address', interface: device, address }]),
    removeIsolateDhcpAddress: async (device) => remove(intents.keyOf('isolate', device)),

    setBridgeForwarding: async (bridge, options) =>
      put(intents.keyOf('forward', bridge), [intents.bridgeForwarding(conf, bridge, options)]),
    clearBridgeForwarding: async (bridge) => drop(intents.keyOf('forward', bridge)),

    execEbtables: refuseRaw,
    ensureEbtablesRules: refuseRaw,
    removeEbtablesRules: refuseRaw,
  };
}
