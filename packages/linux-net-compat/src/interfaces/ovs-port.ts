import { InvalidArgumentError, parseInterfaceName, parseMacAddress } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { deleteNetDev } from './delete-device.js';
import { setDeviceMtu } from './device-mtu.js';
import { ovsVsctl } from './ovs-vsctl.js';

/** A guest's interface as Open vSwitch and its controllers know it. */
export interface VifPort {
  device: string;
  /** The id by which the controller finds the interface. */
  interfaceId: string;
  mac: string;
  instanceId: string;
}

/**
 * Puts a guest's device on an Open vSwitch bridge, in place of what was there under its name.
 *
 * @throws InvalidArgumentError, AgentError
 */
export async function createOvsVifPort(
  context: LinuxNetContext,
  bridge: string,
  { device, interfaceId, mac, instanceId }: VifPort,
): Promise<void> {
  parseInterfaceName(bridge, 'bridge');
  parseInterfaceName(device, 'device');
  parseMacAddress(mac, 'mac');
  checkId(interfaceId, 'interfaceId');
  checkId(instanceId, 'instanceId');
  await ovsVsctl(context, [
    ...['--', '--if-exists', 'del-port', device],
    ...['--', 'add-port', bridge, device],
    ...['--', 'set', 'Interface', device],
    `external-ids:iface-id=${interfaceId}`,
    'external-ids:iface-status=active',
    `external-ids:attached-mac=${mac}`,
    `external-ids:vm-uuid=${instanceId}`,
  ]);
  await setDeviceMtu(context, device);
}

/** Takes a guest's device off its Open vSwitch bridge and deletes it. @throws AgentError */
export async function deleteOvsVifPort(
  context: LinuxNetContext,
  bridge: string,
  device: string,
): Promise<void> {
  parseInterfaceName(bridge, 'bridge');
  parseInterfaceName(device, 'device');
  await ovsVsctl(context, ['--', '--if-exists', 'del-port', bridge, device]);
  await deleteNetDev(context, device);
}

/** Makes a port one that a guest reaches through shared memory (DPDK's vhost-user). @throws AgentError */
export async function ovsSetVhostuserPortType(context: LinuxNetContext, device: string): Promise<void> {
  parseInterfaceName(device, 'device');
  await ovsVsctl(context, ['--', 'set', 'Interface', device, 'type=dpdkvhostuser']);
}

/** ovs-vsctl reads a value as JSON where it can, so that quotes, commas and brackets would be syntax. */
function checkId(value: string, field: string): void {
  if (!/^[\w.:-]+$/.test(value))
    throw new InvalidArgumentError(field, value, 'an identifier (A-Z a-z 0-9 _ . : -)');
}
