import { withoutAbsent } from 'netdev-core';
import { numbersIn, type OvsdbRow, parseTables, referencesIn, textIn, textsByKey } from './ovsdb-table.js';

/** A bridge of Open vSwitch (table Bridge of ovs-vswitchd.conf.db(5)). */
export interface SwitchBridge {
  name: string;
  /** Who forwards its packets: the kernel (`system`) or ovs-vswitchd itself (`netdev`). */
  datapathType: string;
  /** What it does without a controller: forward as a switch without flows (`standalone`, also if absent), or nothing. */
  failMode?: string;
  externalIds: Readonly<Record<string, string>>;
  /** By name. The first of a bridge is named like it. */
  ports: readonly SwitchPort[];
}

/** A port of a bridge (table Port). */
export interface SwitchPort {
  name: string;
  /** The VLAN of packets without a tag. */
  tag?: number;
  /** The VLANs that pass; none: all. */
  trunks: readonly number[];
  /** `access`, `trunk`, `native-tagged`, `native-untagged` or `dot1q-tunnel`, where it was set. */
  vlanMode?: string;
  externalIds: Readonly<Record<string, string>>;
  /** One, or several of a bond; by name. */
  interfaces: readonly SwitchInterface[];
}

/** A device on a port (table Interface). */
export interface SwitchInterface {
  name: string;
  /** `system` for a device of the host, `internal` for one of the switch's own, `patch`, `vxlan`, `dpdkvhostuser` … */
  type: string;
  /** What controllers are told: `iface-id`, `attached-mac`, `vm-uuid` … */
  externalIds: Readonly<Record<string, string>>;
  /** By type: `peer` of a patch port, `remote_ip` of a tunnel. */
  options: Readonly<Record<string, string>>;
  /** Its number in flows. Absent where the switch has not got it, or could not (`error`). */
  openFlowPort?: number;
  /** Why the switch could not have it, in its words. */
  error?: string;
  adminState?: 'up' | 'down';
  linkState?: 'up' | 'down';
  /** The address that it has. */
  mac?: string;
  mtu?: number;
}

const TABLES = {
  Bridge: ['name', 'datapath_type', 'fail_mode', 'external_ids', 'ports'],
  Port: ['_uuid', 'name', 'tag', 'trunks', 'vlan_mode', 'external_ids', 'interfaces'],
  Interface: [
    ...['_uuid', 'name', 'type', 'external_ids', 'options', 'ofport'],
    ...['error', 'admin_state', 'link_state', 'mac_in_use', 'mtu'],
  ],
} as const;

/** The words of ovs-vsctl(8) that read all bridges in one transaction. */
export function bridgeQuery(): string[] {
  const reads = Object.entries(TABLES).flatMap(([table, columns]) => [
    ...['--', `--columns=${columns.join(',')}`, 'list', table],
  ]);
  return ['--format=json', ...reads];
}

/** What it printed, as bridges by name. @throws PlatformError */
export function parseBridges(text: string): SwitchBridge[] {
  const [bridges = [], ports = [], interfaces = []] = parseTables(text, Object.keys(TABLES).length);
  const interfacesById = byId(interfaces, interfaceFromRow);
  const portsById = byId(ports, (row) => portFromRow(row, interfacesById));
  return byName(
    bridges.map((row) =>
      withoutAbsent<SwitchBridge>({
        name: textIn(row, 'name') ?? '',
        datapathType: textIn(row, 'datapath_type') || 'system',
        failMode: textIn(row, 'fail_mode'),
        externalIds: textsByKey(row, 'external_ids'),
        ports: referred(row, 'ports', portsById),
      }),
    ),
  );
}

function portFromRow(row: OvsdbRow, interfaces: ReadonlyMap<string, SwitchInterface>): SwitchPort {
  return withoutAbsent<SwitchPort>({
    name: textIn(row, 'name') ?? '',
    tag: numbersIn(row, 'tag')[0],
    trunks: numbersIn(row, 'trunks'),
    vlanMode: textIn(row, 'vlan_mode'),
    externalIds: textsByKey(row, 'external_ids'),
    interfaces: referred(row, 'interfaces', interfaces),
  });
}

function interfaceFromRow(row: OvsdbRow): SwitchInterface {
  // -1: it could not be added.
  const [openFlowPort = -1] = numbersIn(row, 'ofport');
  return withoutAbsent<SwitchInterface>({
    name: textIn(row, 'name') ?? '',
    type: textIn(row, 'type') || 'system',
    externalIds: textsByKey(row, 'external_ids'),
    options: textsByKey(row, 'options'),
    openFlowPort: openFlowPort < 0 ? undefined : openFlowPort,
    error: textIn(row, 'error'),
    adminState: stateIn(row, 'admin_state'),
    linkState: stateIn(row, 'link_state'),
    mac: textIn(row, 'mac_in_use'),
    mtu: numbersIn(row, 'mtu')[0],
  });
}

function stateIn(row: OvsdbRow, column: string): 'up' | 'down' | undefined {
  const state = textIn(row, column);
  return state === 'up' || state === 'down' ? state : undefined;
}

function byId<T>(rows: readonly OvsdbRow[], make: (row: OvsdbRow) => T): ReadonlyMap<string, T> {
  return new Map(rows.flatMap((row) => referencesIn(row, '_uuid').map((id) => [id, make(row)] as const)));
}

function referred<T extends { name: string }>(
  row: OvsdbRow,
  column: string,
  things: ReadonlyMap<string, T>,
): T[] {
  return byName(referencesIn(row, column).flatMap((id) => things.get(id) ?? []));
}

function byName<T extends { name: string }>(things: T[]): T[] {
  return things.sort((one, other) => (one.name < other.name ? -1 : 1));
}
