import {
  type NetDevOperation,
  type ParsedBridgeVlanRange,
  parseBridgeVlanRange,
  parseBridgeVlanSpec,
} from 'netdev-core';
import { vlanAddition, vlanRemoval } from '../../bridge-vlan-changes.js';
import type { LinkEntry } from '../link-table.js';
import { type Plan, type Planning, planned, type Unplanned } from './plan.js';

/** The VLAN of a bridge that nobody told otherwise (br_vlan_init): one that was told is made alone, and read. */
const DEFAULT_PVID = 1;

export function planVlanAddition(
  planning: Planning,
  operation: NetDevOperation & { do: 'add-bridge-vlan' },
): Plan {
  const spec = parseBridgeVlanSpec(operation.spec);
  const index = find(planning, spec);
  if (typeof index !== 'number') return index;
  const { vlans } = planning.known;
  if (vlans.isIn(index, spec)) return planned(operation);
  vlans.put(index, spec);
  return planned(operation, vlanAddition(spec, index), spec.link);
}

export function planVlanRemoval(
  planning: Planning,
  operation: NetDevOperation & { do: 'delete-bridge-vlan' },
): Plan {
  const range = parseBridgeVlanRange(operation.spec);
  const index = find(planning, range);
  if (typeof index !== 'number') return index;
  const { vlans } = planning.known;
  if (!vlans.isInAny(index, range)) return planned(operation);
  vlans.remove(index, range);
  return planned(operation, vlanRemoval(range, index), range.link);
}

/** The number of the bridge, or of the port, where it is one. */
function find(
  { links, known: { vlans }, touched }: Planning,
  { link, self }: ParsedBridgeVlanRange,
): number | Unplanned {
  const entry = links.get(link);
  if (entry === undefined) return 'alone';
  const { index } = entry;
  if (index === undefined) return { numberOf: entry };
  touched.vlans.add(index);
  if (!vlans.isKnown(index)) {
    const first = firstVlan(entry);
    if (first === undefined) return 'alone';
    vlans.start(index, first, entry.kind === 'bridge' ? 'bridge' : 'port');
  }
  return vlans.isBridge(index) === (self === true) ? index : 'alone';
}

/** What a bridge that the batch made, or a port that joined within it, is in by itself. */
function firstVlan({ kind, before, joined }: LinkEntry): number | undefined {
  if (kind === 'bridge') return before === undefined ? DEFAULT_PVID : undefined;
  if (joined === undefined) return undefined;
  return joined.before === undefined ? DEFAULT_PVID : joined.before.bridge?.vlanDefaultPvid;
}
