import type { VirtualFunctionChanges, VirtualFunctionState } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { undoable } from '../undoable.js';
import { bypassesFakeNetwork } from './fake-network.js';
import { unlessRefused } from './unless-refused.js';

/**
 * Gives a virtual function of a network card (SR-IOV) the MAC address and the VLAN of the guest that is
 * to have it. The function's own device goes up with a VLAN, and down without one.
 *
 * @param pciAddress where the function is on the bus: `0000:04:10.1`
 * @param vlan 0: none
 * @throws InvalidArgumentError, DeviceNotFoundError, UnsupportedError where the platform knows no virtual functions
 */
export async function setVfInterfaceVlan(
  context: LinuxNetContext,
  pciAddress: string,
  mac: string,
  vlan = 0,
): Promise<void> {
  if (!bypassesFakeNetwork(context)) return;
  const driver = await context.netdev();
  const { parent, index, link } = await driver.findVirtualFunction(pciAddress);
  const before = (await driver.listVirtualFunctions(parent)).find((state) => state.index === index);
  await undoable(
    context.faults,
    { operation: 'set up virtual function', object: pciAddress },
    async (undo) => {
      await unlessRefused(context, () => driver.updateVirtualFunction(parent, index, { mac, vlanId: vlan }));
      undo(`VLAN of ${pciAddress}`, () => driver.updateVirtualFunction(parent, index, restored(before)));
      if (link !== undefined) await unlessRefused(context, () => driver.updateLink(link, { up: vlan > 0 }));
    },
  );
}

/**
 * Lets a virtual function change its address and become promiscuous, or no longer.
 *
 * @throws InvalidArgumentError, DeviceNotFoundError, UnsupportedError
 */
export async function setVfTrusted(
  context: LinuxNetContext,
  pciAddress: string,
  { trusted }: { trusted: boolean },
): Promise<void> {
  if (!bypassesFakeNetwork(context)) return;
  const driver = await context.netdev();
  const { parent, index } = await driver.findVirtualFunction(pciAddress);
  await unlessRefused(context, () => driver.updateVirtualFunction(parent, index, { trust: trusted }));
}

/** What puts address and VLAN back; an address of zeros is none. */
function restored({ mac, vlanId }: Partial<VirtualFunctionState> = {}): VirtualFunctionChanges {
  return {
    ...(mac === undefined || /^[0:]+$/.test(mac) ? {} : { mac }),
    ...(vlanId === undefined ? {} : { vlanId }),
  };
}
