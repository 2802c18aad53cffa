import { InvalidArgumentError } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { deleteNetDev } from '../interfaces/delete-device.js';
import { deviceExists } from '../interfaces/device-exists.js';
import { setDeviceMtu } from '../interfaces/device-mtu.js';
import { createIvsVifPort } from '../interfaces/ivs-port.js';
import { createOvsVifPort, deleteOvsVifPort, ovsSetVhostuserPortType } from '../interfaces/ovs-port.js';
import { createTapDev } from '../interfaces/tap-device.js';
import { undoable } from '../undoable.js';
import { type PutOnSwitch, plugHybrid } from './hybrid.js';
import { plugBridge } from './plug-bridge.js';
import { isHybrid, type VifPlugOptions } from './plug-options.js';
import { bridgeName, deviceName, guestMac, socketPort, type Vif, type VifType } from './vif.js';
import { plugVirtualFunction } from './virtual-function.js';

type Plug = (context: LinuxNetContext, vif: Vif, options: VifPlugOptions) => Promise<void>;

const plugs: Readonly<Record<VifType, Plug>> = {
  bridge: plugBridge,
  ovs: plugOvs,
  ivs: plugIvs,
  tap: plugTap,
  vhostuser: plugVhostuser,
  hw_veb: plugVirtualFunction,
  // The hypervisor hands the device itself to the guest.
  hostdev: async () => {},
};

/**
 * Makes what a guest's interface needs on this host before the guest starts. May be called again.
 *
 * @throws InvalidArgumentError, AgentError when Open vSwitch refuses, CommandError, NetDevError
 */
export async function plugVif(context: LinuxNetContext, vif: Vif, options: VifPlugOptions): Promise<void> {
  await plugs[parseVifType(vif)](context, vif, options);
}

/** @throws InvalidArgumentError */
export function parseVifType(vif: Vif): VifType {
  const type: unknown = vif?.type;
  if (typeof type === 'string' && Object.hasOwn(plugs, type)) return type as VifType;
  throw new InvalidArgumentError('vif.type', type, `one of ${Object.keys(plugs).join(', ')}`);
}

async function plugOvs(context: LinuxNetContext, vif: Vif, options: VifPlugOptions): Promise<void> {
  const put = onOpenVSwitch(context, vif, options);
  if (isHybrid(vif, options)) await plugHybrid(context, vif, put);
  else if (options.hypervisorPlugs === false) await plugTapOn(context, vif, options, put);
}

async function plugIvs(context: LinuxNetContext, vif: Vif, options: VifPlugOptions): Promise<void> {
  const put: PutOnSwitch = (device) => createIvsVifPort(context, device);
  if (isHybrid(vif, options)) await plugHybrid(context, vif, put);
  else await plugTapOn(context, vif, options, put);
}

async function plugTapOn(
  context: LinuxNetContext,
  vif: Vif,
  { multiqueue = false }: VifPlugOptions,
  put: PutOnSwitch,
): Promise<void> {
  const device = deviceName(vif);
  await undoable(context.faults, { operation: 'plug', object: device }, async (undo) => {
    const isNew = !(await deviceExists(context, device));
    await createTapDev(context, device, null, { multiqueue });
    if (isNew) undo(device, () => deleteNetDev(context, device));
    await put(device);
  });
}

async function plugTap(
  context: LinuxNetContext,
  vif: Vif,
  { multiqueue = false }: VifPlugOptions,
): Promise<void> {
  const device = deviceName(vif);
  await createTapDev(context, device, vif.details?.mac_address ?? null, { multiqueue });
  await setDeviceMtu(context, device, vif.network?.meta?.mtu ?? null);
}

async function plugVhostuser(context: LinuxNetContext, vif: Vif, options: VifPlugOptions): Promise<void> {
  if (vif.details?.vhostuser_ovs_plug !== true) return;
  const [port, bridge] = [socketPort(vif), bridgeName(vif)];
  await undoable(context.faults, { operation: 'plug', object: port }, async (undo) => {
    await onOpenVSwitch(context, vif, options)(port);
    undo(`port ${port}`, () => deleteOvsVifPort(context, bridge, port));
    await ovsSetVhostuserPortType(context, port);
  });
}

function onOpenVSwitch(context: LinuxNetContext, vif: Vif, { instanceId }: VifPlugOptions): PutOnSwitch {
  const bridge = bridgeName(vif);
  const port = { interfaceId: vif.ovs_interfaceid || vif.id, mac: guestMac(vif), instanceId };
  return (device) => createOvsVifPort(context, bridge, { device, ...port });
}
