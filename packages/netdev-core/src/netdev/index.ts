export type * from './address.js';
export type * from './bridge-vlan.js';
export { bridgeVlanEvents } from './bridge-vlan-events.js';
export type * from './capability.js';
export type * from './driver.js';
export type * from './event.js';
export type * from './forwarding-entry.js';
export { explicitRoutes, needsGateway, specOfAddress, specOfRoute } from './layer3-specs.js';
export type * from './link.js';
export { linkClash, linkDifference, linkSettings } from './link-difference.js';
export type * from './link-spec.js';
export { moveLayer3 } from './move-layer3.js';
export type * from './namespace.js';
export { neededForAddress, neededForLink, neededForRoute } from './needed-capabilities.js';
export type * from './neighbour.js';
export { type ParsedNextHop, sameNextHops } from './next-hops.js';
export type * from './operation.js';
export {
  bridgeVlanOf,
  type ParsedBridgeVlanRange,
  type ParsedBridgeVlanSpec,
  parseBridgeVlanRange,
  parseBridgeVlanSpec,
} from './parse-bridge-vlan.js';
export {
  isForwardingEntry,
  type ParsedForwardingEntrySpec,
  parseForwardingEntrySpec,
  withoutOwnNetwork,
} from './parse-forwarding-entry.js';
export { type ParsedNeighbourSpec, parseNeighbourSpec } from './parse-neighbour.js';
export {
  isRoutingRule,
  type ParsedRoutingRuleSpec,
  parseRoutingRuleSpec,
  specOfRoutingRule,
} from './parse-routing-rule.js';
export {
  hasBroadcast,
  type ParsedAddressSpec,
  type ParsedRouteSpec,
  parseAddressSpec,
  parseLinkChanges,
  parseLinkSpec,
  parseNamespaceName,
  parseNamespaceRef,
  parseRouteSpec,
} from './parse-spec.js';
export { formerSettings, performOperation } from './perform-operation.js';
export { NEW_PORT, portSettings } from './port-settings.js';
export type * from './route.js';
export type * from './routing-rule.js';
export { type DoneOperation, runBatch, undoBatch } from './run-batch.js';
export { VXLAN_PORT } from './tunnel-difference.js';
export type * from './virtual-function.js';
export {
  parseVirtualFunctionChanges,
  parseVirtualFunctionIndex,
  virtualFunctionDifference,
} from './virtual-function-changes.js';
export { eachVlan, vlanIds, vlanRanges } from './vlan-ranges.js';
