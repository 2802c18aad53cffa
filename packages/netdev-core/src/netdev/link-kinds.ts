import { InvalidArgumentError } from '../errors/index.js';
import {
  type IpAddress,
  ipFamily,
  isUnicast,
  parseInteger,
  parseInterfaceName,
  parseIpAddress,
  parseMtu,
  parsePort,
  parseUnicastMac,
  parseVlanId,
} from '../values/index.js';
import { bridgeFields } from './bridge-settings.js';
import { type Check, checked, flag, oneOf } from './checks.js';
import type { LinkSpec, MacvlanMode, VxlanSpec } from './link-spec.js';

/** What a kind of link has beside the settings of every link. */
interface KindFields {
  fields: Record<string, Check<unknown>>;
  required: readonly string[];
  /** The settings that it does not have. */
  without?: readonly string[];
}

export const linkKinds: readonly LinkSpec['kind'][] = [
  'bridge',
  'tap',
  'tun',
  'veth',
  'vlan',
  'vxlan',
  'macvlan',
  'macvtap',
  'dummy',
  'ifb',
];

const id: Check<number> = (value, field) => parseInteger(value, field, 0, 0xffff_fffe, 'a user or group id');
const queues = { multiQueue: flag, owner: id, group: id };
const macvlanModes: readonly MacvlanMode[] = ['private', 'vepa', 'bridge', 'passthru'];
const macvlan: KindFields = {
  fields: { parent: parseInterfaceName, mode: oneOf(macvlanModes) },
  required: ['parent'],
};

/** The checks of a kind's fields. A peer may live in another namespace, for which the caller has a check. */
export function fieldsOfKind(kind: LinkSpec['kind'], namespace: Check<unknown>): KindFields {
  const peer = { name: parseInterfaceName, mac: parseUnicastMac, mtu: parseMtu, up: flag, namespace };
  switch (kind) {
    case 'bridge':
      return { fields: bridgeFields, required: [] };
    case 'tap':
      return { fields: queues, required: [] };
    case 'tun':
      return { fields: queues, required: [], without: ['mac', 'master'] };
    case 'veth':
      return {
        fields: { peer: (value, field) => checked(value, field, peer, ['name']) },
        required: ['peer'],
      };
    case 'vlan':
      return {
        fields: { parent: parseInterfaceName, vlanId: parseVlanId },
        required: ['parent', 'vlanId'],
      };
    case 'vxlan':
      return {
        fields: {
          vni: parseVni,
          local: unicast,
          remote: unicast,
          group: multicast,
          port: parsePort,
          parent: parseInterfaceName,
          learnRemotes: flag,
        },
        required: ['vni'],
      };
    case 'macvlan':
    case 'macvtap':
      return macvlan;
    case 'dummy':
    case 'ifb':
      return { fields: {}, required: [] };
  }
}

/** What the fields of a kind have to be to each other. @throws InvalidArgumentError naming the field */
export function checkLinkKind(spec: LinkSpec): void {
  if (spec.kind === 'veth' && spec.peer.namespace === undefined && spec.peer.name === spec.name)
    throw new InvalidArgumentError('peer.name', spec.peer.name, 'another name than its own');
  if (spec.kind === 'vxlan') checkVxlan(spec);
}

function checkVxlan({ local, remote, group, parent }: VxlanSpec): void {
  if (group !== undefined && remote !== undefined)
    throw new InvalidArgumentError('group', group, 'possible beside a remote');
  if (group !== undefined && parent === undefined)
    throw new InvalidArgumentError('parent', parent, 'the link that packets to the group leave by');
  const other = remote ?? group;
  if (local !== undefined && other !== undefined && ipFamily(local) !== ipFamily(other))
    throw new InvalidArgumentError('local', local, `of the family of ${other}`);
}

/** A VXLAN network identifier, 24 bits (RFC 7348, 5). */
export function parseVni(value: unknown, field: string): number {
  return parseInteger(value, field, 0, 0xff_ffff, 'a VXLAN network identifier');
}

/** The address of one host. */
export function unicast(value: unknown, field: string): IpAddress {
  const address = parseIpAddress(value, field);
  if (isUnicast(address)) return address;
  throw new InvalidArgumentError(field, value, 'the address of one host');
}

function multicast(value: unknown, field: string): IpAddress {
  const address = parseIpAddress(value, field);
  // RFC 5771 and RFC 4291, 2.7.
  if (/^(?:22[4-9]|23\d)\.|^ff/.test(address)) return address;
  throw new InvalidArgumentError(field, value, 'a multicast address');
}
