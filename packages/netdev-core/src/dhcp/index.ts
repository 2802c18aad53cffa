export type * from './driver.js';
export type * from './event.js';
export type * from './host.js';
export type * from './lease.js';
export type * from './network.js';
export type * from './option.js';
export { type ParsedDhcpHost, type ParsedDhcpNetwork, parseDhcpNetwork } from './parse-network.js';
export { parsePositions } from './parse-positions.js';
