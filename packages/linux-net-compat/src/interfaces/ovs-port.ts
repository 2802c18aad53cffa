import type { LinuxNetContext } from '../context.js';
import { deleteNetDev } from './delete-device.js';
import { setDeviceMtu } from './device-mtu.js';
import { openVSwitch } from './ovs-vsctl.js';

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
  port: VifPort,
): Promise<void> {
  await (await openVSwitch(context)).addVifPort(bridge, port);
  await setDeviceMtu(context, port.device);
}

/** Takes a guest's device off its Open vSwitch bridge and deletes it. @throws AgentError */
export async function deleteOvsVifPort(
  context: LinuxNetContext,
  bridge: string,
  device: string,
): Promise<void> {
  await (await openVSwitch(context)).deletePort(bridge, device);
  await deleteNetDev(context, device);
}

/** Makes a port one that a guest reaches through shared memory (DPDK's vhost-user). @throws AgentError */
export async function ovsSetVhostuserPortType(context: LinuxNetContext, device: string): Promise<void> {
  await (await openVSwitch(context)).setInterfaceType(device, 'dpdkvhostuser');
}
