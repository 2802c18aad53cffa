import { attribute, NLA_F_NESTED } from './attribute.js';
import { IFLA_INFO } from './constants/index.js';
import {
  type Codec,
  decodeFields,
  encodeFields,
  type Fields,
  type FieldValues,
  TEXT,
  VIEW,
} from './fields.js';
import * as data from './link-data.js';
import { concat } from './scalar.js';

/**
 * What a link is and what its kind adds (IFLA_LINKINFO). At most the one of the data fields that
 * goes with `kind` is there; `macvlan` also goes with macvtap.
 */
export interface LinkInfo {
  /** The kernel's name of the driver: `bridge`, `veth`, `tun` (also for a tap). */
  kind?: string | undefined;
  bridge?: data.BridgeData | undefined;
  veth?: data.VethData | undefined;
  vlan?: data.VlanData | undefined;
  vxlan?: data.VxlanData | undefined;
  macvlan?: data.MacvlanData | undefined;
  tun?: data.TunData | undefined;
  /** The kind of the master: `bridge`. */
  portKind?: string | undefined;
  bridgePort?: data.BridgePortData | undefined;
}

type DataName = 'bridge' | 'veth' | 'vlan' | 'vxlan' | 'macvlan' | 'tun';

const DATA_BY_KIND: ReadonlyMap<string, readonly [DataName, Fields]> = new Map([
  ['bridge', ['bridge', data.BRIDGE_FIELDS]],
  ['veth', ['veth', data.VETH_FIELDS]],
  ['vlan', ['vlan', data.VLAN_FIELDS]],
  ['vxlan', ['vxlan', data.VXLAN_FIELDS]],
  ['macvlan', ['macvlan', data.MACVLAN_FIELDS]],
  ['macvtap', ['macvlan', data.MACVLAN_FIELDS]],
  ['tun', ['tun', data.TUN_FIELDS]],
]);

const NAMES = {
  kind: [IFLA_INFO.KIND, TEXT],
  portKind: [IFLA_INFO.SLAVE_KIND, TEXT],
} as const;

const LEVEL = {
  ...NAMES,
  data: [IFLA_INFO.DATA, VIEW],
  portData: [IFLA_INFO.SLAVE_DATA, VIEW],
} as const;

export const LINK_INFO: Codec<LinkInfo> = {
  typeFlags: NLA_F_NESTED,

  read: (bytes, what) => {
    const { kind, portKind, data: linkData, portData } = decodeFields(LEVEL, bytes, what);
    const info: LinkInfo = { kind, portKind };
    const known = DATA_BY_KIND.get(kind ?? '');
    if (linkData !== undefined && known !== undefined) {
      const [name, fields] = known;
      info[name] = decodeFields(fields, linkData, `${what}.${name}`);
    }
    if (portData !== undefined && portKind === 'bridge') {
      info.bridgePort = decodeFields(data.BRIDGE_PORT_FIELDS, portData, `${what}.bridgePort`);
    }
    return info;
  },

  write: (info) => {
    const { kind, portKind } = info;
    const parts = [encodeFields(NAMES, { kind, portKind })];
    const [name, fields] = DATA_BY_KIND.get(kind ?? '') ?? [];
    const values: FieldValues<Fields> | undefined = name === undefined ? undefined : info[name];
    if (fields !== undefined && values !== undefined) {
      parts.push(attribute(IFLA_INFO.DATA | NLA_F_NESTED, encodeFields(fields, values)));
    }
    if (info.bridgePort !== undefined) {
      const portData = encodeFields(data.BRIDGE_PORT_FIELDS, info.bridgePort);
      parts.push(attribute(IFLA_INFO.SLAVE_DATA | NLA_F_NESTED, portData));
    }
    return concat(parts);
  },
};
