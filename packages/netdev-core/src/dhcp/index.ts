export {
  type BootArchitecture,
  type BootFile,
  bootArchitectures,
  type ClientClass,
  type ClientMatch,
} from './client-class.js';
export type * from './driver.js';
export type * from './event.js';
export type * from './host.js';
export { createHostIndex, type HostIndex } from './host-index.js';
export type * from './lease.js';
export { neededDhcpCapabilities, neededHostCapabilities } from './needed-capabilities.js';
export type * from './network.js';
export type * from './option.js';
export type { ParsedBootFile, ParsedClientClass } from './parse-class.js';
export {
  type HostParser,
  type ParsedDhcpHost,
  type ParsedHostIdentity,
  parseHostIdentity,
} from './parse-host.js';
export {
  createHostParser,
  type ParsedDhcpNetwork,
  type ParsedDnsForwarder,
  parseDhcpNetwork,
  parseIndexedNetwork,
} from './parse-network.js';
export type { ParsedDhcpOption } from './parse-option.js';
export { parsePositions } from './parse-positions.js';
export type { ParsedDhcpRange, ParsedDhcpSubnet, ParsedRelayedSubnet } from './parse-subnet.js';
export type * from './subnet.js';
