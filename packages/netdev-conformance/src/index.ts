export { createMemoryHost, type MemoryHost } from './memory/memory-host.js';
export type { MemoryNetDevOptions } from './memory/netdev/session.js';
