import { CONTRACT_VERSION, register } from 'netdev-core';
import { createDnsmasq } from './create-dnsmasq.js';

register('dhcp', 'dhcp-dnsmasq', { contract: CONTRACT_VERSION, create: createDnsmasq });

export { createDnsmasq, type DnsmasqOptions } from './create-dnsmasq.js';
export type { DnsmasqDriver, Supervision } from './dnsmasq-driver.js';
export type { LeaseStore } from './leases/lease-store.js';
export { parseLeases } from './leases/parse-leases.js';
export type { DnsmasqLogEntry } from './log/follow-log.js';
export type { LogLine } from './log/parse-log-line.js';
export type { PlatformName } from './server/platform/host-platform.js';
export type { Privileges } from './server/privileges.js';
export type { SuperviseOptions } from './supervision/parse-settings.js';
export type { SupervisionEvent } from './supervision/supervise.js';
