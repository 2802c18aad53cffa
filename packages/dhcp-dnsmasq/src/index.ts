import { CONTRACT_VERSION, register } from 'netdev-core';
import { createDnsmasq } from './create-dnsmasq.js';

register('dhcp', 'dhcp-dnsmasq', { contract: CONTRACT_VERSION, create: createDnsmasq });

export { createDnsmasq, type DnsmasqOptions } from './create-dnsmasq.js';
export { parseLeases } from './leases/parse-leases.js';
export type { PlatformName } from './server/platform/host-platform.js';
export type { Privileges } from './server/privileges.js';
