import type { LinuxNetConf } from '../conf/linux-net-conf.js';
import type { IptablesManager } from '../rules/iptables-manager.js';
import { type ChainRule, getGatewayRules } from './gateway-rules.js';

/** Whether the host routes for what is behind a bridge. */
export interface ForwardingOptions {
  /** Left out: yes. Else nothing is forwarded in or out of the bridge. */
  gateway?: boolean;
}

/** Lets packets be forwarded in and out of a bridge, or keeps them from it. Takes effect with the next apply. */
export function setBridgeForwarding(
  conf: LinuxNetConf,
  iptables: IptablesManager,
  bridge: string,
  { gateway = true }: ForwardingOptions = {},
): void {
  const rules = gateway ? getGatewayRules(conf, bridge) : dropRules(bridge, conf.iptables_drop_action);
  for (const [chain, rule] of rules) iptables.ipv4.filter.addRule(chain, rule);
}

/** Takes back what {@link setBridgeForwarding} did. Takes effect with the next apply. */
export function clearBridgeForwarding(
  conf: LinuxNetConf,
  iptables: IptablesManager,
  bridge: string,
  { gateway = true }: ForwardingOptions = {},
): void {
  // The action may have been another one when the rules were made.
  const rules = gateway
    ? getGatewayRules(conf, bridge)
    : ['DROP', conf.iptables_drop_action].flatMap((action) => dropRules(bridge, action));
  for (const [chain, rule] of rules) iptables.ipv4.filter.removeRule(chain, rule);
}

function dropRules(bridge: string, action: string): ChainRule[] {
  return [
    ['FORWARD', `--in-interface ${bridge} -j ${action}`],
    ['FORWARD', `--out-interface ${bridge} -j ${action}`],
  ];
}
