import type { NetDevCapability } from './capability.js';
import type { LinkChanges } from './link-spec.js';
import { hasBroadcast, type ParsedAddressSpec, type ParsedRouteSpec } from './parse-spec.js';
import { NEW_PORT, portDifference } from './port-settings.js';

/** The number of the main routing table (RT_TABLE_MAIN of linux/rtnetlink.h), on every platform. */
const MAIN_TABLE = 254;

/** What every platform has of a port. */
const everyPort: readonly string[] = ['isolated', 'learning', 'flood'];

/** Names of what is needed, out of a table of conditions. */
function those(conditions: Partial<Record<NetDevCapability, boolean>>): NetDevCapability[] {
  return (Object.keys(conditions) as NetDevCapability[]).filter((name) => conditions[name]);
}

/** For drivers: which capabilities changes of a link need that not every platform has. Give it what differs, not what is asked. */
export function neededForLink(changes: LinkChanges): NetDevCapability[] {
  const { bridge = {}, tap, allMulticast, altNames = [], dropAltNames = [] } = changes;
  const { stp, forwardDelay, priority, helloTime, maxAge } = bridge;
  const ofTree = [priority, helloTime, maxAge].some((value) => value !== undefined);
  return those({
    'spanning-tree': stp === true || (forwardDelay ?? 0) > 0 || ofTree,
    'port-settings': Object.keys(portDifference(NEW_PORT, changes)).some((name) => !everyPort.includes(name)),
    'all-multicast': allMulticast === true,
    'alternative-names': altNames.length + dropAltNames.length > 0,
    'tap-owner': tap !== undefined,
    'vlan-filtering':
      bridge.vlanFiltering === true || (bridge.vlanProtocol ?? bridge.vlanDefaultPvid) !== undefined,
  });
}

/** For drivers: which capabilities an address needs that not every platform has. */
export function neededForAddress(spec: ParsedAddressSpec): NetDevCapability[] {
  const { cidr, link, scope, broadcast, label, validLifetime, preferredLifetime } = spec;
  const ownScope = cidr.startsWith('127.') ? 'host' : cidr.startsWith('fe80:') ? 'link' : 'global';
  const hasLifetime = (validLifetime ?? preferredLifetime) !== undefined;
  return those({
    'address-properties':
      hasLifetime ||
      (scope ?? ownScope) !== ownScope ||
      (label ?? link) !== link ||
      (broadcast === null && hasBroadcast(cidr)),
    'peer-addresses': spec.peer !== undefined,
    'no-prefix-route': spec.noPrefixRoute === true,
  });
}

/** For drivers: which capabilities a route needs that not every platform has. */
export function neededForRoute(spec: ParsedRouteSpec): NetDevCapability[] {
  const { kind = 'unicast', metric = 0, table = MAIN_TABLE, source, mtu, protocol = 'static', onLink } = spec;
  return those({
    metrics: metric !== 0,
    multipath: spec.nextHops !== undefined,
    'route-properties': (source ?? mtu) !== undefined || protocol !== 'static' || onLink === true,
    'route-kinds': kind !== 'unicast',
    'routing-tables': table !== MAIN_TABLE,
  });
}
