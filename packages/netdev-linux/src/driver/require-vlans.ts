import { type BridgeSettings, type NetDevDriver, UnsupportedError } from 'netdev-core';
import type { Attempt } from './kernel-error.js';

/** @throws UnsupportedError where the kernel's bridges know no VLANs */
export function requireVlans(capabilities: NetDevDriver['capabilities'], attempt: Attempt): void {
  if (capabilities.has('vlan-filtering')) return;
  throw new UnsupportedError({
    ...attempt,
    detail: 'the bridges of this kernel know no VLANs',
    hint: 'it needs a kernel with CONFIG_BRIDGE_VLAN_FILTERING; a vlan on a link, in a bridge of its own, does without',
  });
}

/** Whether settings are among those that a kernel whose bridges know no VLANs passes over without a word (br_changelink). */
export function needVlans({ vlanProtocol, vlanDefaultPvid }: BridgeSettings = {}): boolean {
  return (vlanProtocol ?? vlanDefaultPvid) !== undefined;
}
