import {
  bridgeVlanOf,
  eachVlan,
  type InterfaceName,
  type NetDevDriver,
  type ParsedBridgeVlanRange,
  parseBridgeVlanRange,
  parseBridgeVlanSpec,
  parseInterfaceName,
  UnsupportedError,
  vlanIds,
} from 'netdev-core';
import { bridgeVlansOf, dropBridgeVlans, putBridgeVlans, tellVlans } from '../bridge-vlan-operations.js';
import { requireLink } from '../link-operations.js';
import type { MemoryLink, NetworkStack } from '../network-stack.js';
import type { MemorySession } from './session.js';

type BridgeVlans = Pick<NetDevDriver, 'listBridgeVlans' | 'ensureBridgeVlan' | 'deleteBridgeVlan'>;

/** Reads and changes which VLANs the bridges of one stack and their ports are in. */
export function createMemoryBridgeVlans({ stack, begin, need, done }: MemorySession): BridgeVlans {
  /** Those VLANs of a range that the link is in, one by one. */
  const presentOf = (link: MemoryLink, range: ParsedBridgeVlanRange) => {
    const ids = new Set(vlanIds(range));
    const isOwn = ({ bridge }: { bridge: string }) => (bridge === link.name) === (range.self === true);
    return eachVlan(bridgeVlansOf(stack, link)).filter((vlan) => ids.has(vlan.vlanId) && isOwn(vlan));
  };

  return {
    async listBridgeVlans({ link, bridge } = {}, callOptions) {
      const operation = 'list VLANs of';
      begin(operation, callOptions);
      need('vlan-filtering', operation, link ?? bridge ?? 'all bridges');
      for (const [field, name] of Object.entries({ link, bridge }))
        if (name !== undefined) requireLink(stack, parseInterfaceName(name, field), operation);
      return [...stack.links.values()]
        .filter(({ name }) => link === undefined || name === link)
        .flatMap((each) => bridgeVlansOf(stack, each))
        .filter((vlan) => bridge === undefined || vlan.bridge === bridge);
    },

    async ensureBridgeVlan(given, callOptions) {
      const operation = 'add VLAN';
      begin(operation, callOptions);
      const spec = parseBridgeVlanSpec(given);
      need('vlan-filtering', operation, spec.link);
      const link = requireLink(stack, spec.link, operation);
      const value = bridgeVlanOf(spec, requireBridgeOf(stack, link, spec, operation));
      const { pvid, untagged } = spec;
      const asWanted = presentOf(link, spec).filter(
        (vlan) => vlan.pvid === pvid && vlan.untagged === untagged,
      );
      if (asWanted.length === vlanIds(spec).length) return { changed: false, value };
      const before = bridgeVlansOf(stack, link);
      putBridgeVlans(link, spec);
      tellVlans(stack, before, bridgeVlansOf(stack, link));
      done({ do: 'add-bridge-vlan', spec });
      return { changed: true, value };
    },

    async deleteBridgeVlan(given, callOptions) {
      const operation = 'delete VLAN';
      begin(operation, callOptions);
      const range = parseBridgeVlanRange(given);
      need('vlan-filtering', operation, range.link);
      const link = requireLink(stack, range.link, operation);
      if (presentOf(link, range).length === 0) return false;
      const before = bridgeVlansOf(stack, link);
      dropBridgeVlans(link, range);
      tellVlans(stack, before, bridgeVlansOf(stack, link));
      done({ do: 'delete-bridge-vlan', spec: range });
      return true;
    },
  };
}

/** The bridge whose VLANs they are: the link itself, or that of the port. @throws UnsupportedError */
function requireBridgeOf(
  stack: NetworkStack,
  link: MemoryLink,
  { self }: ParsedBridgeVlanRange,
  operation: string,
): InterfaceName {
  const master = link.master === undefined ? undefined : stack.links.get(link.master);
  const bridge = self === true ? (link.bridge === undefined ? undefined : link) : master;
  if (bridge !== undefined) return bridge.name;
  const detail = self === true ? 'it is no bridge' : 'it is no port of a bridge';
  throw new UnsupportedError({ operation, object: link.name, detail });
}
