import type { LinuxNetContext } from '../context.js';
import { deleteNetDev } from '../interfaces/delete-device.js';
import { deleteIvsVifPort } from '../interfaces/ivs-port.js';
import { deleteOvsVifPort } from '../interfaces/ovs-port.js';
import { type PutOnSwitch, unplugHybrid } from './hybrid.js';
import { isHybrid, type VifPlugOptions } from './plug-options.js';
import { parseVifType } from './plug-vif.js';
import { bridgeName, deviceName, socketPort, type Vif, type VifType } from './vif.js';
import { unplugVirtualFunction } from './virtual-function.js';

type Unplug = (
  context: LinuxNetContext,
  vif: Vif,
  options: Omit<VifPlugOptions, 'instanceId'>,
) => Promise<void>;

const unplugs: Readonly<Record<VifType, Unplug>> = {
  // Other guests are on the bridge.
  bridge: async () => {},
  ovs: async (context, vif, options) => {
    const bridge = bridgeName(vif);
    const take: PutOnSwitch = (device) => deleteOvsVifPort(context, bridge, device);
    if (isHybrid(vif, options)) await unplugHybrid(context, vif, take);
    else if (options.hypervisorPlugs === false) await take(deviceName(vif));
  },
  ivs: async (context, vif, options) => {
    const take: PutOnSwitch = (device) => deleteIvsVifPort(context, device);
    if (isHybrid(vif, options)) await unplugHybrid(context, vif, take);
    else await take(deviceName(vif));
  },
  tap: async (context, vif) => deleteNetDev(context, deviceName(vif)),
  vhostuser: async (context, vif) => {
    if (vif.details?.vhostuser_ovs_plug === true)
      await deleteOvsVifPort(context, bridgeName(vif), socketPort(vif));
  },
  hw_veb: unplugVirtualFunction,
  hostdev: async () => {},
};

/**
 * Takes back what `plug` did for a guest's interface, once the guest has ended. What is not there is no
 * error; the options have to say the same as they did then.
 *
 * @throws InvalidArgumentError, AgentError when Open vSwitch refuses, CommandError, NetDevError
 */
export async function unplugVif(
  context: LinuxNetContext,
  vif: Vif,
  options: Omit<VifPlugOptions, 'instanceId'> = {},
): Promise<void> {
  await unplugs[parseVifType(vif)](context, vif, options);
}
