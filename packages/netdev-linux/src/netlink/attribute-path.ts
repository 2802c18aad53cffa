import { ADDRESS_HEADER_SIZE } from './address.js';
import { type Attribute, listAttributes } from './attribute.js';
import {
  FRA,
  IFA,
  IFLA,
  IFLA_BR,
  IFLA_BRIDGE,
  IFLA_BRPORT,
  IFLA_INFO,
  IFLA_MACVLAN,
  IFLA_TUN,
  IFLA_VF,
  IFLA_VF_INFO,
  IFLA_VLAN,
  IFLA_VXLAN,
  NDA,
  RTA,
  RTAX,
  RTM,
} from './constants/index.js';
import { TEXT } from './fields.js';
import { LINK_HEADER_SIZE } from './link.js';
import { MESSAGE_HEADER_SIZE } from './message.js';
import { NEIGHBOUR_HEADER_SIZE } from './neighbour.js';
import { ROUTE_HEADER_SIZE } from './route-header.js';
import { readU16 } from './scalar.js';
import { ATTRIBUTE_HEADER_SIZE } from './writer.js';

/** The names of the attributes of one level, and how to find those of the level below. */
interface Level {
  prefix: string;
  names: Readonly<Record<string, number>>;
  below?: (type: number, siblings: readonly Attribute[]) => Level | undefined;
}

const DATA_LEVELS: ReadonlyMap<string, Level> = new Map([
  ['bridge', { prefix: 'IFLA_BR_', names: IFLA_BR }],
  ['vlan', { prefix: 'IFLA_VLAN_', names: IFLA_VLAN }],
  ['vxlan', { prefix: 'IFLA_VXLAN_', names: IFLA_VXLAN }],
  ['macvlan', { prefix: 'IFLA_MACVLAN_', names: IFLA_MACVLAN }],
  ['macvtap', { prefix: 'IFLA_MACVLAN_', names: IFLA_MACVLAN }],
  ['tun', { prefix: 'IFLA_TUN_', names: IFLA_TUN }],
]);

const INFO_LEVEL: Level = {
  prefix: 'IFLA_INFO_',
  names: IFLA_INFO,
  below: (type, siblings) => {
    if (type === IFLA_INFO.SLAVE_DATA) return { prefix: 'IFLA_BRPORT_', names: IFLA_BRPORT };
    const kind = siblings.find((attribute) => attribute.type === IFLA_INFO.KIND);
    return type === IFLA_INFO.DATA && kind !== undefined
      ? DATA_LEVELS.get(TEXT.read(kind.value, 'kind'))
      : undefined;
  },
};

const VF_INFO_LEVEL: Level = {
  prefix: 'IFLA_VF_',
  names: IFLA_VF_INFO,
  below: () => ({ prefix: 'IFLA_VF_', names: IFLA_VF }),
};

/** What is in IFLA_AF_SPEC goes by the family; netdev asks with it for VLANs of bridges alone. */
const BELOW_LINK: ReadonlyMap<number, Level> = new Map([
  [IFLA.LINKINFO, INFO_LEVEL],
  [IFLA.VFINFO_LIST, VF_INFO_LEVEL],
  [IFLA.AF_SPEC, { prefix: 'IFLA_BRIDGE_', names: IFLA_BRIDGE }],
]);

const LINK_LEVEL: Level = {
  prefix: 'IFLA_',
  names: IFLA,
  below: (type) => BELOW_LINK.get(type),
};

const ROUTE_LEVEL: Level = {
  prefix: 'RTA_',
  names: RTA,
  below: (type) => (type === RTA.METRICS ? { prefix: 'RTAX_', names: RTAX } : undefined),
};

interface Request {
  headerSize: number;
  attributes: Level;
}

/** By the first of the four message types (new, delete, get, set) that rtnetlink has for each kind of thing. */
const REQUESTS: Readonly<Record<number, Request>> = {
  [RTM.NEWLINK]: { headerSize: LINK_HEADER_SIZE, attributes: LINK_LEVEL },
  [RTM.NEWADDR]: { headerSize: ADDRESS_HEADER_SIZE, attributes: { prefix: 'IFA_', names: IFA } },
  [RTM.NEWROUTE]: { headerSize: ROUTE_HEADER_SIZE, attributes: ROUTE_LEVEL },
  [RTM.NEWNEIGH]: { headerSize: NEIGHBOUR_HEADER_SIZE, attributes: { prefix: 'NDA_', names: NDA } },
  [RTM.NEWRULE]: { headerSize: ROUTE_HEADER_SIZE, attributes: { prefix: 'FRA_', names: FRA } },
};

function nameIn(level: Level, type: number): string {
  const entry = Object.entries(level.names).find(([, value]) => value === type);
  return `${level.prefix}${entry?.[0] ?? type}`;
}

/**
 * The names from the outside in of the attribute that starts at `offset` of a request:
 * `['IFLA_LINKINFO', 'IFLA_INFO_DATA', 'IFLA_VLAN_ID']`. Empty when none starts there.
 */
export function attributePath(request: Uint8Array, offset: number): string[] {
  return walk(request, offset)?.path ?? [];
}

/** The name that a missing attribute would have inside the nest at `nestOffset`, or at the top. */
export function missingAttributeName(request: Uint8Array, type: number, nestOffset?: number): string {
  const level = nestOffset === undefined ? requestOf(request)?.attributes : walk(request, nestOffset)?.inside;
  return level === undefined ? `attribute ${type}` : nameIn(level, type);
}

function requestOf(request: Uint8Array): Request | undefined {
  if (request.length < MESSAGE_HEADER_SIZE) return undefined;
  const type = readU16(request.subarray(4), 'request');
  return REQUESTS[type - (type % 4)];
}

interface Found {
  path: string[];
  inside: Level | undefined;
}

function walk(request: Uint8Array, wanted: number): Found | undefined {
  const top = requestOf(request);
  if (top === undefined) return undefined;
  const path: string[] = [];
  let level: Level | undefined = top.attributes;
  let start = MESSAGE_HEADER_SIZE + top.headerSize;
  let bytes = request.subarray(start);
  while (level !== undefined) {
    const siblings: Attribute[] = listAttributes(bytes, 'request');
    const base = start;
    const around = siblings.find(({ offset, value }) => {
      const begin = base + offset;
      return begin <= wanted && wanted < begin + ATTRIBUTE_HEADER_SIZE + Math.max(value.length, 1);
    });
    if (around === undefined) return undefined;
    path.push(nameIn(level, around.type));
    level = level.below?.(around.type, siblings);
    if (base + around.offset === wanted) return { path, inside: level };
    start = base + around.offset + ATTRIBUTE_HEADER_SIZE;
    bytes = around.value;
  }
  return undefined;
}
