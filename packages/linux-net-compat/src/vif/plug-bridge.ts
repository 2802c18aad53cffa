import { InvalidArgumentError } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { ensureBridge } from '../drivers/bridge-device.js';
import { ensureVlanBridge } from '../drivers/vlan-bridge.js';
import { bridgeName, type Vif } from './vif.js';

/**
 * Makes the bridge of the interface's network where the network wants it and no network service of this
 * host does it. The hypervisor puts the guest's tap on it.
 */
export async function plugBridge(context: LinuxNetContext, vif: Vif): Promise<void> {
  const bridge = bridgeName(vif);
  const meta = vif.network?.meta ?? {};
  if (meta.multi_host === true || meta.should_create_bridge !== true) return;
  if (meta.should_create_vlan === true) {
    const parent = context.conf.vlan_interface || meta.bridge_interface;
    if (!parent) {
      const expected = 'a device name (or set vlan_interface)';
      throw new InvalidArgumentError('vif.network.meta.bridge_interface', parent, expected);
    }
    if (typeof meta.vlan !== 'number')
      throw new InvalidArgumentError('vif.network.meta.vlan', meta.vlan, 'a VLAN id');
    await ensureVlanBridge(context, meta.vlan, bridge, parent, { mtu: meta.mtu ?? null });
  } else {
    const port = context.conf.flat_interface || meta.bridge_interface || null;
    await ensureBridge(context, bridge, port, { filtering: vif.details?.port_filter !== true });
  }
  await context.rules.apply();
}
