import {
  InvalidArgumentError,
  type OperationOptions,
  parseInteger,
  parseInterfaceName,
  parseMacAddress,
} from 'netdev-core';
import type { Runner, RunResult } from 'netdev-exec';
import { type Flow, type FlowMatch, renderFlow, renderMatch } from './flow.js';
import { bridgeQuery, parseBridges, type SwitchBridge } from './switch-bridge.js';
import { parseFlows, type SwitchFlow } from './switch-flow.js';

/** How Open vSwitch is asked. */
export interface OpenVSwitchOptions {
  runner: Pick<Runner, 'run'>;
  /** Seconds that ovs-vsctl(8) waits for the database; 0: for ever. Left out: 10. */
  timeoutSeconds?: number;
  /** The database: `unix:/PATH`, `tcp:HOST:PORT` or `ssl:HOST:PORT` (ovsdb(7)). Left out: the host's own. */
  database?: string;
  /** The folder with the sockets of the bridges, `BRIDGE.mgmt`. Left out: the host's own, such as /run/openvswitch. */
  runFolder?: string;
}

/** How a bridge is made. */
export interface BridgeOptions {
  /** Who forwards its packets: the kernel (`system`) or ovs-vswitchd itself (`netdev`). Left out: stays, `system` if new. */
  datapathType?: 'system' | 'netdev';
  /** What it does without a controller: forward as a switch without flows, or nothing. Left out: stays. */
  failMode?: 'standalone' | 'secure';
}

/** What a controller is told of an interface (external ids of its row, ovs-vswitchd.conf.db(5)). */
export interface PortIds {
  /** The id by which the controller finds the interface. */
  interfaceId: string;
  mac: string;
}

/** A guest's device on a switch. */
export interface VifPort extends PortIds {
  device: string;
  /** The guest's id. */
  instanceId: string;
}

/** A type of interface: a device of the switch's own, or shared memory (DPDK's vhost-user). */
export type InterfaceType = 'internal' | 'dpdkvhostuser' | 'dpdkvhostuserclient';

/**
 * The Open vSwitch of this host, through its own tools. Values are parsed before anything runs: none
 * can become an option, a command or a column of theirs (`InvalidArgumentError`). What the tools refuse
 * is a `CommandError` with their words, a tool that is not installed a `MissingToolError`.
 */
export interface OpenVSwitch {
  /** Runs ovs-vsctl(8) with words that the caller answers for. */
  vsctl(words: readonly string[], options?: OperationOptions): Promise<RunResult>;
  /** All bridges by name, with their ports and the devices on them, as they were at one moment. */
  listBridges(options?: OperationOptions): Promise<SwitchBridge[]>;
  /** Makes a bridge; one that is there is given what is asked for. */
  addBridge(bridge: string, how?: BridgeOptions, options?: OperationOptions): Promise<void>;
  /** Deletes a bridge with its ports; one that is not there is no error. */
  deleteBridge(bridge: string, options?: OperationOptions): Promise<void>;
  /** Sets external ids of the device on a port, of any text; others of it stay. */
  setExternalIds(
    device: string,
    ids: Readonly<Record<string, string>>,
    options?: OperationOptions,
  ): Promise<void>;
  /** Puts a guest's device on a bridge, in place of a port of its name on whichever bridge. */
  addVifPort(bridge: string, port: VifPort, options?: OperationOptions): Promise<void>;
  /** Makes a port with a device of the switch's own. One that is there is given its type and ids again. */
  addInternalPort(bridge: string, device: string, ids: PortIds, options?: OperationOptions): Promise<void>;
  /** Takes a port off a bridge; one that is not there is no error, one of another bridge is. */
  deletePort(bridge: string, device: string, options?: OperationOptions): Promise<void>;
  setInterfaceType(device: string, type: InterfaceType, options?: OperationOptions): Promise<void>;
  /** Adds a flow to the first table of a bridge, by ovs-ofctl(8). */
  addFlow(bridge: string, flow: Flow, options?: OperationOptions): Promise<void>;
  /** All flows of a bridge, in the order in which ovs-ofctl(8) tells them. */
  listFlows(bridge: string, options?: OperationOptions): Promise<SwitchFlow[]>;
  /** Deletes the flows of a bridge that match no packets but these, all of them if left out. */
  deleteFlows(bridge: string, match?: FlowMatch, options?: OperationOptions): Promise<void>;
}

const types: readonly InterfaceType[] = ['internal', 'dpdkvhostuser', 'dpdkvhostuserclient'];
const datapathTypes = ['system', 'netdev'] as const;
const failModes = ['standalone', 'secure'] as const;

/** @throws InvalidArgumentError */
export function createOpenVSwitch({
  runner,
  timeoutSeconds = 10,
  database,
  runFolder,
}: OpenVSwitchOptions): OpenVSwitch {
  const timeout = parseInteger(timeoutSeconds, 'timeoutSeconds', 0, 0x7fff_ffff, 'seconds');
  const at = database === undefined ? [] : [`--db=${parseDatabase(database)}`];
  const folder = runFolder === undefined ? undefined : parseFolder(runFolder);
  const vsctl: OpenVSwitch['vsctl'] = (words, options) =>
    runner.run(['ovs-vsctl', `--timeout=${timeout}`, ...at, ...words], options);
  const openFlow = (
    command: string,
    bridge: string,
    words: readonly string[],
    options?: OperationOptions,
  ): Promise<RunResult> => {
    parseInterfaceName(bridge, 'bridge');
    const target = folder === undefined ? bridge : `unix:${folder}/${bridge}.mgmt`;
    return runner.run(['ovs-ofctl', command, target, ...words], options);
  };
  const set = (device: string, ...columns: readonly string[]): string[] => [
    ...['--', 'set', 'Interface', device],
    ...columns,
  ];
  return {
    vsctl,

    listBridges: async (options) => parseBridges((await vsctl(bridgeQuery(), options)).stdout),

    async addBridge(bridge, { datapathType, failMode } = {}, options) {
      parseInterfaceName(bridge, 'bridge');
      const columns = [
        ...column('datapath_type', 'datapathType', datapathType, datapathTypes),
        ...column('fail_mode', 'failMode', failMode, failModes),
      ];
      const set = columns.length === 0 ? [] : ['--', 'set', 'Bridge', bridge, ...columns];
      await vsctl(['--', '--may-exist', 'add-br', bridge, ...set], options);
    },

    async deleteBridge(bridge, options) {
      parseInterfaceName(bridge, 'bridge');
      await vsctl(['--', '--if-exists', 'del-br', bridge], options);
    },

    async setExternalIds(device, ids, options) {
      parseInterfaceName(device, 'device');
      const columns = Object.entries(ids).map(
        ([key, value]) => `external-ids:${quoted(key, 'ids')}=${quoted(value, `ids.${key}`)}`,
      );
      if (columns.length > 0) await vsctl(set(device, ...columns), options);
    },

    async addVifPort(bridge, { device, instanceId, ...ids }, options) {
      parseInterfaceName(bridge, 'bridge');
      parseInterfaceName(device, 'device');
      const columns = [...idColumns(ids), `external-ids:vm-uuid=${parseId(instanceId, 'instanceId')}`];
      const replace = ['--', '--if-exists', 'del-port', device, '--', 'add-port', bridge, device];
      await vsctl([...replace, ...set(device, ...columns)], options);
    },

    async addInternalPort(bridge, device, ids, options) {
      parseInterfaceName(bridge, 'bridge');
      parseInterfaceName(device, 'device');
      const columns = ['type=internal', ...idColumns(ids)];
      const add = ['--', '--may-exist', 'add-port', bridge, device];
      await vsctl([...add, ...columns.flatMap((column) => set(device, column))], options);
    },

    async deletePort(bridge, device, options) {
      parseInterfaceName(bridge, 'bridge');
      parseInterfaceName(device, 'device');
      await vsctl(['--', '--if-exists', 'del-port', bridge, device], options);
    },

    async setInterfaceType(device, type, options) {
      parseInterfaceName(device, 'device');
      if (!types.includes(type)) throw new InvalidArgumentError('type', type, `one of ${types.join(', ')}`);
      await vsctl(set(device, `type=${type}`), options);
    },

    async addFlow(bridge, flow, options) {
      await openFlow('add-flow', bridge, [renderFlow(flow)], options);
    },

    listFlows: async (bridge, options) =>
      parseFlows((await openFlow('dump-flows', bridge, [], options)).stdout),

    async deleteFlows(bridge, match, options) {
      await openFlow('del-flows', bridge, match === undefined ? [] : [renderMatch(match).join(',')], options);
    },
  };
}

function idColumns({ interfaceId, mac }: PortIds): string[] {
  // A MAC address is checked and told as it was given: controllers compare it as text.
  parseMacAddress(mac, 'mac');
  return [
    `external-ids:iface-id=${parseId(interfaceId, 'interfaceId')}`,
    'external-ids:iface-status=active',
    `external-ids:attached-mac=${mac}`,
  ];
}

/** ovs-vsctl reads a value as JSON where it can, so that quotes, commas and brackets would be syntax. */
function parseId(value: string, field: string): string {
  if (typeof value === 'string' && /^[\w.:-]+$/.test(value)) return value;
  throw new InvalidArgumentError(field, value, 'an identifier (A-Z a-z 0-9 _ . : -)');
}

/** A text as JSON, which ovs-vsctl takes for a text whatever is in it (ovsdb(7)). */
function quoted(value: unknown, field: string): string {
  // No surrogate without the other either: it is no text in UTF-8.
  if (typeof value === 'string' && /^[^\0\ud800-\udfff]*$/u.test(value)) return JSON.stringify(value);
  throw new InvalidArgumentError(field, value, 'a text without NUL');
}

function column<T extends string>(
  name: string,
  field: string,
  value: T | undefined,
  accepted: readonly T[],
): string[] {
  if (value === undefined) return [];
  if (accepted.includes(value)) return [`${name}=${value}`];
  throw new InvalidArgumentError(field, value, `one of ${accepted.join(', ')}`);
}

function parseDatabase(value: string): string {
  if (typeof value === 'string' && /^(unix:\/|tcp:|ssl:)[^,\s\0]+$/.test(value)) return value;
  throw new InvalidArgumentError('database', value, 'unix:/PATH, tcp:HOST:PORT or ssl:HOST:PORT');
}

function parseFolder(value: string): string {
  if (typeof value === 'string' && /^\/[^\0]*$/.test(value)) return value;
  throw new InvalidArgumentError('runFolder', value, 'an absolute path');
}
