import { InvalidArgumentError } from '../errors/index.js';
import { parseInteger, parseInterfaceName, parseMtu, parseUnicastMac, parseVlanId } from '../values/index.js';
import { bridgeFields, vlanProtocol } from './bridge-settings.js';
import { type Check, checked, flag } from './checks.js';
import type { LinkSpec } from './link-spec.js';
import { checkMacvlan, macvlanFields } from './macvlan-fields.js';
import { checkExternal, checkVxlanAddresses, vxlanFields, vxlanFixedFields } from './vxlan-fields.js';

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
/** Who may open a tap or tun. */
export const tapFields = { owner: id, group: id };
const queues = { multiQueue: flag, ...tapFields };
const macvlan: KindFields = {
  fields: { parent: parseInterfaceName, ...macvlanFields },
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
        fields: { parent: parseInterfaceName, vlanId: parseVlanId, vlanProtocol },
        required: ['parent', 'vlanId'],
      };
    case 'vxlan':
      return {
        fields: { ...vxlanFixedFields, ...vxlanFields },
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
  if (spec.kind === 'vxlan') {
    checkVxlanAddresses(spec);
    checkExternal(spec);
    if (spec.group !== undefined && spec.parent === undefined)
      throw new InvalidArgumentError('parent', spec.parent, 'the link that packets to the group leave by');
  }
  if (spec.kind === 'macvlan' || spec.kind === 'macvtap') checkMacvlan({ mode: 'bridge', ...spec });
}
