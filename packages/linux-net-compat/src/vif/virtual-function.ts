import { InvalidArgumentError, type PciAddress, parsePciAddress, parseVlanId } from 'netdev-core';
import type { LinuxNetContext } from '../context.js';
import { setVfInterfaceVlan, setVfTrusted } from '../interfaces/virtual-function.js';
import { guestMac, type Vif } from './vif.js';

/**
 * Readies a virtual function of a network card for a guest: one that is reached by a macvtap gets the
 * guest's address and VLAN, one that is handed over itself may be trusted.
 */
export async function plugVirtualFunction(context: LinuxNetContext, vif: Vif): Promise<void> {
  if (vif.vnic_type === 'macvtap') {
    await setVfInterfaceVlan(context, pciAddressOf(vif), guestMac(vif), vlanOf(vif));
  } else if (vif.vnic_type === 'direct' && isTrusted(vif) === true) {
    await setVfTrusted(context, pciAddressOf(vif), { trusted: true });
  }
}

/** Takes back what {@link plugVirtualFunction} did. The address stays: not every card takes one of zeros. */
export async function unplugVirtualFunction(context: LinuxNetContext, vif: Vif): Promise<void> {
  if (vif.vnic_type === 'macvtap') {
    await setVfInterfaceVlan(context, pciAddressOf(vif), guestMac(vif));
  } else if (vif.vnic_type === 'direct' && isTrusted(vif) !== undefined) {
    await setVfTrusted(context, pciAddressOf(vif), { trusted: false });
  }
}

function pciAddressOf({ profile }: Vif): PciAddress {
  return parsePciAddress(profile?.pci_slot, 'vif.profile.pci_slot');
}

/** Neutron tells it as a number or as its digits. */
function vlanOf({ details }: Vif): number {
  const vlan = details?.vlan ?? 0;
  const number = typeof vlan === 'string' && /^\d{1,4}$/.test(vlan) ? Number(vlan) : vlan;
  return parseVlanId(number, 'vif.details.vlan');
}

/** Neutron tells it as a boolean or as a word. */
function isTrusted({ profile }: Vif): boolean | undefined {
  const trusted = profile?.trusted;
  if (trusted === undefined || typeof trusted === 'boolean') return trusted;
  if (/^(true|false)$/i.test(trusted)) return trusted.toLowerCase() === 'true';
  throw new InvalidArgumentError('vif.profile.trusted', trusted, 'true or false');
}
