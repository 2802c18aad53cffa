import {
  type NetDevOperation,
  type ParsedForwardingEntrySpec,
  parseForwardingEntrySpec,
  withoutOwnNetwork,
} from 'netdev-core';
import { entryAddition, entryRemoval } from '../../forwarding-entry-changes.js';
import { type Plan, type Planning, planned, type Unplanned } from './plan.js';

export function planEntryAddition(
  planning: Planning,
  operation: NetDevOperation & { do: 'add-forwarding-entry' },
): Plan {
  const found = find(planning, parseForwardingEntrySpec(operation.spec));
  if (typeof found !== 'object' || 'numberOf' in found) return found;
  const { spec, index } = found;
  const { entries } = planning.known;
  const present = entries.find(index, spec);
  if (present === 'unsure') return 'alone';
  if (present?.origin === 'static') return planned(operation);
  entries.put(index, spec);
  return planned(operation, entryAddition(spec, index), spec.link);
}

export function planEntryRemoval(
  planning: Planning,
  operation: NetDevOperation & { do: 'delete-forwarding-entry' },
): Plan {
  const found = find(planning, parseForwardingEntrySpec(operation.spec));
  if (typeof found !== 'object' || 'numberOf' in found) return found;
  const { spec, index } = found;
  const { entries } = planning.known;
  const present = entries.find(index, spec);
  if (present === 'unsure') return 'alone';
  // A port that joined since has entries of its own.
  if (present === undefined) return entries.isKnown(index) ? planned(operation) : 'alone';
  entries.remove(index, spec);
  return planned(operation, entryRemoval(spec, index), spec.link);
}

function find(
  { links, touched }: Planning,
  given: ParsedForwardingEntrySpec,
): Unplanned | { spec: ParsedForwardingEntrySpec; index: number } {
  const link = links.get(given.link);
  if (link === undefined) return 'alone';
  const { index, vxlan } = link;
  if (index === undefined) return { numberOf: link };
  touched.entries.add(given.mac);
  if (given.remote === undefined) return { spec: given, index };
  return vxlan === undefined ? 'alone' : { spec: withoutOwnNetwork(given, vxlan), index };
}
