import { type IptablesPackage, ifInstalled } from './if-installed.js';

/**
 * firewall-iptables, where it is installed: a host without iptables goes without. Its tables are needed before anything
 * can be awaited, so it is loaded with this module.
 */
export const iptablesPackage: IptablesPackage | undefined = await import('firewall-iptables').catch(
  ifInstalled,
);
