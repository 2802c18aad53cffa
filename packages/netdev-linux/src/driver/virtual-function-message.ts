import {
  type VirtualFunctionChanges,
  type VirtualFunctionLinkState,
  type VirtualFunctionState,
  withoutAbsent,
} from 'netdev-core';
import { VF_LINK_STATE, type VirtualFunctionMessage } from '../netlink/index.js';
import { macFromBytes, macToBytes } from './mac-bytes.js';

const linkStates: Readonly<Record<VirtualFunctionLinkState, number>> = {
  auto: VF_LINK_STATE.AUTO,
  enable: VF_LINK_STATE.ENABLE,
  disable: VF_LINK_STATE.DISABLE,
};

/** A virtual function as the contract shows it. */
export function virtualFunctionFromMessage(message: VirtualFunctionMessage): VirtualFunctionState {
  const { mac, vlan, spoofCheck, linkState, trust } = message;
  return withoutAbsent<VirtualFunctionState>({
    index: mac?.vf ?? vlan?.vf ?? 0,
    mac: macFromBytes(mac?.mac),
    vlanId: vlan?.vlan,
    trust: flagOf(trust?.setting),
    spoofCheck: flagOf(spoofCheck?.setting),
    linkState: Object.entries(linkStates).find(([, value]) => value === linkState?.linkState)?.[0] as
      | VirtualFunctionLinkState
      | undefined,
  });
}

/** What is asked of a card. */
export function virtualFunctionToMessage(
  index: number,
  { mac, vlanId, trust, spoofCheck, linkState }: VirtualFunctionChanges,
): VirtualFunctionMessage {
  const setting = (value: boolean | undefined) =>
    value === undefined ? undefined : { vf: index, setting: Number(value) };
  return {
    mac: mac === undefined ? undefined : { vf: index, mac: macToBytes(mac) },
    vlan: vlanId === undefined ? undefined : { vf: index, vlan: vlanId, qos: 0 },
    spoofCheck: setting(spoofCheck),
    linkState: linkState === undefined ? undefined : { vf: index, linkState: linkStates[linkState] },
    trust: setting(trust),
  };
}

/** A card that does not say leaves all bits set (rtnl_fill_vfinfo of net/core/rtnetlink.c). */
function flagOf(setting: number | undefined): boolean | undefined {
  return setting === 0 ? false : setting === 1 ? true : undefined;
}
