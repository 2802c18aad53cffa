import { NLA_F_NESTED } from './attribute.js';
import { IFLA_INFO } from './constants/index.js';
import {
  type Codec,
  decodeFields,
  type Fields,
  type FieldValues,
  nest,
  TEXT,
  VIEW,
  writeFields,
} from './fields.js';
import * as data from './link-data.js';

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

const DATA_BY_KIND: ReadonlyMap<string, readonly [DataName, Codec<FieldValues<Fields>>]> = new Map([
  ['bridge', ['bridge', nest(data.BRIDGE_FIELDS)]],
  ['veth', ['veth', nest(data.VETH_FIELDS)]],
  ['vlan', ['vlan', nest(data.VLAN_FIELDS)]],
  ['vxlan', ['vxlan', nest(data.VXLAN_FIELDS)]],
  ['macvlan', ['macvlan', nest(data.MACVLAN_FIELDS)]],
  ['macvtap', ['macvlan', nest(data.MACVLAN_FIELDS)]],
  ['tun', ['tun', nest(data.TUN_FIELDS)]],
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

const PORT_DATA = nest(data.BRIDGE_PORT_FIELDS);

export const LINK_INFO: Codec<LinkInfo> = {
  typeFlags: NLA_F_NESTED,

  read: (bytes, what) => {
    const { kind, portKind, data: linkData, portData } = decodeFields(LEVEL, bytes, what);
    const info: LinkInfo = { kind, portKind };
    const known = DATA_BY_KIND.get(kind ?? '');
    if (linkData !== undefined && known !== undefined) {
      const [name, codec] = known;
      info[name] = codec.read(linkData, `${what}.${name}`);
    }
    if (portData !== undefined && portKind === 'bridge') {
      info.bridgePort = PORT_DATA.read(portData, `${what}.bridgePort`);
    }
    return info;
  },

  write: (info, to) => {
    writeFields(NAMES, info, to);
    const [name, codec] = DATA_BY_KIND.get(info.kind ?? '') ?? [];
    const values: FieldValues<Fields> | undefined = name === undefined ? undefined : info[name];
    if (codec !== undefined && values !== undefined) {
      to.attribute(IFLA_INFO.DATA | NLA_F_NESTED, values, codec.write);
    }
    if (info.bridgePort !== undefined) {
      to.attribute(IFLA_INFO.SLAVE_DATA | NLA_F_NESTED, info.bridgePort, PORT_DATA.write);
    }
  },
};
