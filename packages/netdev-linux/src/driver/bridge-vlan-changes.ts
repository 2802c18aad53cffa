import type { ParsedBridgeVlanRange, ParsedBridgeVlanSpec } from 'netdev-core';
import { encodeBridgeVlans, encodeMessage, NLM_F, RTM } from '../netlink/index.js';
import { vlansToMessage } from './bridge-vlan-message.js';
import type { Change } from './change.js';

/** Puts a link into VLANs, or changes how it is in them. */
export function vlanAddition(spec: ParsedBridgeVlanSpec, index: number): Change {
  return {
    attempt: { operation: 'add VLAN', object: vlanText(spec) },
    request: request(RTM.SETLINK, spec, index),
    accept: [],
    told: { do: 'add-bridge-vlan', spec },
  };
}

/** Takes a link out of VLANs; the kernel passes over those of a range that it is not in (br_vlan_info). */
export function vlanRemoval(range: ParsedBridgeVlanRange, index: number): Change {
  return {
    attempt: { operation: 'delete VLAN', object: vlanText(range) },
    request: request(RTM.DELLINK, range, index),
    accept: [],
    told: { do: 'delete-bridge-vlan', spec: range },
  };
}

/** What it is about, for an error. */
export function vlanText({ link, vlanId, lastVlanId }: ParsedBridgeVlanRange): string {
  return `${vlanId}${lastVlanId === undefined ? '' : ` to ${lastVlanId}`} of ${link}`;
}

function request(type: number, range: ParsedBridgeVlanRange, index: number): Uint8Array {
  const payload = encodeBridgeVlans(vlansToMessage(range, index));
  return encodeMessage({ type, flags: NLM_F.REQUEST | NLM_F.ACK }, payload);
}
