import type { LinuxNetContext } from '../context.js';
import { IptablesFirewallDriver } from '../instance-filter/iptables-firewall-driver.js';

/** The firewall driver of an instance (nova.virt.firewall), which works with its rules and records. */
export function firewallFunctions(context: LinuxNetContext) {
  class FirewallDriver extends IptablesFirewallDriver {
    constructor() {
      super(context);
    }
  }
  return { IptablesFirewallDriver: FirewallDriver as new () => IptablesFirewallDriver };
}
