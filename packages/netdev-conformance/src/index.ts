export { createMemoryHost, type MemoryHost } from './memory/memory-host.js';
