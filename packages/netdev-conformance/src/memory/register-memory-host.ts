import { CONTRACT_VERSION, register } from 'netdev-core';
import type { MemoryHost } from './memory-host.js';

/**
 * Makes a memory host known to the plugin lookup as `memory`, for all three kinds, so that a program
 * whose configuration says `netdev: "memory"` runs on it. The next one registered takes its place.
 */
export function registerMemoryHost(host: MemoryHost): void {
  register('netdev', 'memory', { contract: CONTRACT_VERSION, create: (options) => host.netdev(options) });
  register('firewall', 'memory', { contract: CONTRACT_VERSION, create: (options) => host.firewall(options) });
  register('dhcp', 'memory', { contract: CONTRACT_VERSION, create: (options) => host.dhcp(options) });
}
