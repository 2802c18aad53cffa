import {
  type BridgeVlan,
  bridgeVlanEvents,
  type InterfaceName,
  type ParsedBridgeVlanRange,
  withoutAbsent,
} from 'netdev-core';
import type { BridgeVlanMessage } from '../../../netlink/index.js';
import { vlanAddition, vlanRemoval, vlanText } from '../../bridge-vlan-changes.js';
import { vlansFromMessage } from '../../bridge-vlan-message.js';
import type { HostState } from '../host-state.js';
import type { Touched } from '../touched.js';
import type { Restoring, RestoringContext, RestoringStep } from './restoring.js';

/** Puts back the VLANs of links that are named, and of those that left their bridge and are back in it. */
export function restoreVlans(
  before: HostState,
  now: HostState,
  touched: Touched,
  { nameOf }: RestoringContext,
): Restoring {
  const present = new Map(now.vlans.map((message) => [message.index, message]));
  const result: Restoring = { off: [], on: [] };
  for (const message of before.vlans) {
    const found = present.get(message.index);
    // Of one that is no port now, or one of another bridge, the link has been told of.
    if (found === undefined || found.master !== message.master || !touched.vlans.has(message.index)) continue;
    const link = nameOf(message.index);
    const events = bridgeVlanEvents(vlansOf(found), vlansOf(message));
    const steps = events.flatMap((event): [isRemoval: boolean, step: RestoringStep][] =>
      'vlan' in event ? [stepOf(message, event.type === 'bridge-vlan-removed', event.vlan, link)] : [],
    );
    result.off.push(...steps.flatMap(([isRemoval, step]) => (isRemoval ? [step] : [])));
    result.on.push(...steps.flatMap(([isRemoval, step]) => (isRemoval ? [] : [step])));
  }
  return result;
}

function stepOf(
  { index, master }: BridgeVlanMessage,
  isRemoval: boolean,
  { vlanId, lastVlanId, pvid, untagged }: BridgeVlan,
  link: string | undefined,
): [boolean, RestoringStep] {
  const range = withoutAbsent<ParsedBridgeVlanRange>({
    link: (link ?? `#${index}`) as InterfaceName,
    self: index === master ? true : undefined,
    vlanId,
    lastVlanId,
  });
  const { request, told } = isRemoval
    ? vlanRemoval(range, index)
    : vlanAddition({ ...range, pvid, untagged }, index);
  const what = `VLAN ${vlanText(range)}`;
  return [isRemoval, { what, request, told: link === undefined ? undefined : told }];
}

/** By numbers: the names of then and of now may be different. */
function vlansOf(message: BridgeVlanMessage): BridgeVlan[] {
  return vlansFromMessage({ ...message, name: 'port' }, () => 'bridge');
}
