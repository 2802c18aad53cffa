import type { LinuxNetContext } from './context.js';
import { createContext, getBinaryName, type LinuxNetOptions } from './create-context.js';
import { execute } from './execute.js';
import { ensureEbtablesRules, execEbtables, removeEbtablesRules } from './iptables/ebtables.js';
import { IptablesManager } from './iptables/iptables-manager.js';
import { deviceFunctions } from './linux-net/device-functions.js';
import { dhcpFunctions } from './linux-net/dhcp-functions.js';
import { gatewayFunctions } from './linux-net/gateway-functions.js';
import { legacyFunctions } from './linux-net/legacy-functions.js';
import { isolateDhcpAddress, removeIsolateDhcpAddress } from './network/dhcp-isolation.js';
import * as dhcpRules from './network/dhcp-rules.js';
import * as floating from './network/floating-ip.js';
import { getGatewayRules } from './network/gateway-rules.js';
import { addSnatRule, initHost } from './network/host-rules.js';
import * as metadata from './network/metadata.js';

/** An instance of the module: its options, its rules, and the functions that work with them. */
export type LinuxNet = ReturnType<typeof createLinuxNet>;

/**
 * Makes an instance of the module with a state of its own.
 *
 * @throws InvalidArgumentError for an unknown option or a value of the wrong type
 */
export function createLinuxNet(options: LinuxNetOptions = {}) {
  const net = createModule(options);
  return { ...net, linux_net: legacyFunctions(net) };
}

/** The functions under our names. */
export function createModule(options: LinuxNetOptions) {
  const context = createContext(options);
  const iptablesManager = new IptablesManager(context);
  const bound =
    <Rest extends unknown[], Result>(run: (context: LinuxNetContext, ...rest: Rest) => Result) =>
    (...rest: Rest): Result =>
      run(context, ...rest);
  const withRules =
    <Rest extends unknown[], Result>(
      run: (context: LinuxNetContext, iptables: IptablesManager, ...rest: Rest) => Result,
    ) =>
    (...rest: Rest): Result =>
      run(context, iptablesManager, ...rest);
  return {
    conf: context.conf,
    binaryName: context.binaryName,
    iptablesManager,
    getBinaryName: () => getBinaryName(options.program),
    metadataForward: withRules(metadata.metadataForward),
    metadataAccept: withRules(metadata.metadataAccept),
    ensureMetadataIp: bound(metadata.ensureMetadataIp),
    addSnatRule: withRules(addSnatRule),
    initHost: withRules(initHost),
    sendArpForIp: bound(floating.sendArpForIp),
    bindFloatingIp: bound(floating.bindFloatingIp),
    unbindFloatingIp: bound(floating.unbindFloatingIp),
    ensureVpnForward: (publicIp: string, port: number | string, privateIp: string) =>
      floating.ensureVpnForward(iptablesManager, publicIp, port, privateIp),
    ensureFloatingForward: withRules(floating.ensureFloatingForward),
    removeFloatingForward: withRules(floating.removeFloatingForward),
    floatingForwardRules: floating.floatingForwardRules,
    floatingEbtablesRules: floating.floatingEbtablesRules,
    cleanConntrack: bound(floating.cleanConntrack),
    getGatewayRules: (bridge: string) => getGatewayRules(context.conf, bridge),
    execute: bound(execute),
    execEbtables: bound(execEbtables),
    ensureEbtablesRules: bound(ensureEbtablesRules),
    removeEbtablesRules: bound(removeEbtablesRules),
    isolateDhcpAddress: bound(isolateDhcpAddress),
    removeIsolateDhcpAddress: bound(removeIsolateDhcpAddress),
    addDnsmasqAcceptRules: (device: string) => dhcpRules.addDnsmasqAcceptRules(iptablesManager, device),
    removeDnsmasqAcceptRules: (device: string) => dhcpRules.removeDnsmasqAcceptRules(iptablesManager, device),
    addDhcpMangleRule: (device: string) => dhcpRules.addDhcpMangleRule(iptablesManager, device),
    removeDhcpMangleRule: (device: string) => dhcpRules.removeDhcpMangleRule(iptablesManager, device),
    ...dhcpFunctions(context, iptablesManager),
    ...deviceFunctions(context),
    ...gatewayFunctions(context),
  };
}
