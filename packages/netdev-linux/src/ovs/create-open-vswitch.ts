import {
  InvalidArgumentError,
  type OperationOptions,
  parseInteger,
  parseInterfaceName,
  parseMacAddress,
} from 'netdev-core';
import type { Runner, RunResult } from 'netdev-exec';
import { type Flow, renderFlow } from './flow.js';

/** How Open vSwitch is asked. */
export interface OpenVSwitchOptions {
  runner: Pick<Runner, 'run'>;
  /** Seconds that ovs-vsctl(8) waits for the database; 0: for ever. Left out: 10. */
  timeoutSeconds?: number;
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
  /** Puts a guest's device on a bridge, in place of a port of its name on whichever bridge. */
  addVifPort(bridge: string, port: VifPort, options?: OperationOptions): Promise<void>;
  /** Makes a port with a device of the switch's own. One that is there is given its type and ids again. */
  addInternalPort(bridge: string, device: string, ids: PortIds, options?: OperationOptions): Promise<void>;
  /** Takes a port off a bridge; one that is not there is no error, one of another bridge is. */
  deletePort(bridge: string, device: string, options?: OperationOptions): Promise<void>;
  setInterfaceType(device: string, type: InterfaceType, options?: OperationOptions): Promise<void>;
  /** Adds a flow to the first table of a bridge, by ovs-ofctl(8). */
  addFlow(bridge: string, flow: Flow, options?: OperationOptions): Promise<void>;
}

const types: readonly InterfaceType[] = ['internal', 'dpdkvhostuser', 'dpdkvhostuserclient'];

/** @throws InvalidArgumentError */
export function createOpenVSwitch({ runner, timeoutSeconds = 10 }: OpenVSwitchOptions): OpenVSwitch {
  const timeout = parseInteger(timeoutSeconds, 'timeoutSeconds', 0, 0x7fff_ffff, 'seconds');
  const vsctl: OpenVSwitch['vsctl'] = (words, options) =>
    runner.run(['ovs-vsctl', `--timeout=${timeout}`, ...words], options);
  const set = (device: string, ...columns: readonly string[]): string[] => [
    ...['--', 'set', 'Interface', device],
    ...columns,
  ];
  return {
    vsctl,

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
      parseInterfaceName(bridge, 'bridge');
      await runner.run(['ovs-ofctl', 'add-flow', bridge, renderFlow(flow)], options);
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
