import {
  type InterfaceName,
  type IpAddress,
  type MacAddress,
  parseInterfaceName,
  parseMacAddress,
} from '../values/index.js';
import { checked } from './checks.js';
import type { NeighbourSpec } from './neighbour.js';
import { unicast } from './vxlan-fields.js';

/** A {@link NeighbourSpec} with its values parsed. */
export interface ParsedNeighbourSpec extends NeighbourSpec {
  link: InterfaceName;
  address: IpAddress;
  mac: MacAddress;
}

/** Parses a neighbour. @throws InvalidArgumentError naming the field */
export function parseNeighbourSpec(spec: NeighbourSpec): ParsedNeighbourSpec {
  const known = { link: parseInterfaceName, address: unicast, mac: parseMacAddress };
  return checked(spec, 'spec', known, Object.keys(known), '') as unknown as ParsedNeighbourSpec;
}
