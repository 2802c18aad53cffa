import {
  type NetDevOperation,
  type ParsedNeighbourSpec,
  parseInterfaceName,
  parseIpAddress,
  parseNeighbourSpec,
} from 'netdev-core';
import { neighbourAddition, neighbourRemoval } from '../../neighbour-changes.js';
import { ofLink } from '../touched.js';
import { type Plan, type Planning, planned, type Unplanned } from './plan.js';

export function planNeighbourAddition(
  planning: Planning,
  operation: NetDevOperation & { do: 'add-neighbour' },
): Plan {
  const spec = parseNeighbourSpec(operation.spec);
  const index = indexOf(planning, spec);
  if (typeof index !== 'number') return index;
  const { permanent } = planning.known;
  if (permanent.get(ofLink(index, spec.address)) === spec.mac) return planned(operation);
  permanent.set(ofLink(index, spec.address), spec.mac);
  return planned(operation, neighbourAddition(spec, index), spec.link);
}

export function planNeighbourRemoval(
  planning: Planning,
  operation: NetDevOperation & { do: 'delete-neighbour' },
): Plan {
  const link = parseInterfaceName(operation.link, 'link');
  const address = parseIpAddress(operation.address);
  const index = indexOf(planning, { link, address });
  if (typeof index !== 'number') return index;
  planning.known.permanent.delete(ofLink(index, address));
  return planned(operation, neighbourRemoval(link, address, index), link);
}

function indexOf(
  { links, touched }: Planning,
  { link, address }: Pick<ParsedNeighbourSpec, 'link' | 'address'>,
): Unplanned | number {
  const entry = links.get(link);
  if (entry === undefined) return 'alone';
  if (entry.index === undefined) return { numberOf: entry };
  touched.neighbours.add(ofLink(entry.index, address));
  return entry.index;
}
