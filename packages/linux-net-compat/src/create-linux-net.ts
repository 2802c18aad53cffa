import type { LinuxNetContext } from './context.js';
import { createContext, getBinaryName, type LinuxNetOptions } from './create-context.js';
import { execute } from './execute.js';
import { deviceFunctions } from './linux-net/device-functions.js';
import { dhcpFunctions } from './linux-net/dhcp-functions.js';
import { driverFunctions } from './linux-net/driver-functions.js';
import { firewallFunctions } from './linux-net/firewall-functions.js';
import { gatewayFunctions } from './linux-net/gateway-functions.js';
import { legacyFunctions } from './linux-net/legacy-functions.js';
import { vifFunctions } from './linux-net/vif-functions.js';
import * as floating from './network/floating-ip.js';
import { getGatewayRules } from './network/gateway-rules.js';
import { ensureMetadataIp, iptablesDest } from './network/metadata.js';
import { IptablesTable } from './rules/iptables-classes.js';
import { type RuleText, renderRule } from './rules/iptables-rule.js';

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
  const { iptables, apply, setBridgeForwarding, clearBridgeForwarding, ...rules } = context.rules;
  const bound =
    <Rest extends unknown[], Result>(run: (context: LinuxNetContext, ...rest: Rest) => Result) =>
    (...rest: Rest): Result =>
      run(context, ...rest);
  return {
    conf: context.conf,
    binaryName: context.binaryName,
    iptablesManager: iptables,
    createIptablesTable: () => new IptablesTable('filter', context.binaryName, { faults: context.faults }),
    renderRule: (rule: RuleText) => renderRule(rule, context.binaryName),
    iptablesDest,
    getBinaryName: () => getBinaryName(options.program),
    ...rules,
    ensureMetadataIp: bound(ensureMetadataIp),
    sendArpForIp: bound(floating.sendArpForIp),
    bindFloatingIp: bound(floating.bindFloatingIp),
    unbindFloatingIp: bound(floating.unbindFloatingIp),
    floatingForwardRules: floating.floatingForwardRules,
    floatingEbtablesRules: floating.floatingEbtablesRules,
    cleanConntrack: bound(floating.cleanConntrack),
    getGatewayRules: (bridge: string) => getGatewayRules(context.conf, bridge),
    execute: bound(execute),
    ...dhcpFunctions(context),
    ...deviceFunctions(context),
    ...gatewayFunctions(context),
    ...driverFunctions(context),
    ...firewallFunctions(context),
    /** Guests' interfaces, as libvirt's VIF driver plugged them. */
    vif: vifFunctions(context),
  };
}
