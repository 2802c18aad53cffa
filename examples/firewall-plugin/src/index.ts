import { CONTRACT_VERSION, register } from 'netdev-core';
import { createNftablesFirewall } from './create-nftables-firewall.js';

register('firewall', 'firewall-nftables', { contract: CONTRACT_VERSION, create: createNftablesFirewall });

export { createNftablesFirewall } from './create-nftables-firewall.js';
export type { NftablesFirewallOptions } from './options.js';
