import { type ForwardingEntry, type ForwardingEntrySpec, withoutAbsent } from 'netdev-core';
import {
  encodeMessage,
  encodeNeighbour,
  type NeighbourMessage,
  NLM_F,
  NTF,
  RTM,
} from '../../../netlink/index.js';
import { entryFromMessage } from '../../forwarding-entry-message.js';
import { macFromBytes } from '../../mac-bytes.js';
import type { HostState } from '../host-state.js';
import { ofLink, type Touched } from '../touched.js';
import { listDifference } from './list-difference.js';
import { grouped, type Restoring, type RestoringContext, type RestoringStep } from './restoring.js';

/** Puts back the forwarding entries that are named, and those set to stay that went with a port. What was learned is learned again. */
export function restoreEntries(
  before: HostState,
  now: HostState,
  touched: Touched,
  { nameOf }: RestoringContext,
): Restoring {
  const isNamed = (message: NeighbourMessage): boolean =>
    touched.entries.has(macFromBytes(message.linkAddress) ?? '');
  const wanted = before.entries.filter((message) => {
    const origin = originOf(message);
    return origin === 'static' || (origin === 'local' && isNamed(message));
  });
  const was = grouped(wanted, addressOf);
  const is = grouped(
    now.entries.filter((message) => originOf(message) !== undefined),
    addressOf,
  );
  const stepOf = (
    message: NeighbourMessage,
    change: 'add-forwarding-entry' | 'delete-forwarding-entry',
    request: Uint8Array,
  ): RestoringStep => {
    const entry = entryFromMessage(message, nameOf);
    const what = `forwarding entry ${entry?.mac} of ${entry?.link}`;
    const told = entry === undefined ? undefined : ({ do: change, spec: specOf(entry) } as const);
    return { what, request, told };
  };
  const result: Restoring = { off: [], on: [] };
  for (const address of new Set([...was.keys(), ...is.keys()])) {
    const mayGo = (message: NeighbourMessage): boolean => isNamed(message) && originOf(message) === 'static';
    const { drop, add } = listDifference(was.get(address) ?? [], is.get(address) ?? [], identityOf, mayGo);
    result.off.push(
      ...drop.map((message) => stepOf(message, 'delete-forwarding-entry', request(RTM.DELNEIGH, 0, message))),
    );
    const how = NLM_F.CREATE | NLM_F.APPEND;
    result.on.push(
      ...add.map((message) => stepOf(message, 'add-forwarding-entry', request(RTM.NEWNEIGH, how, message))),
    );
  }
  return result;
}

function originOf(message: NeighbourMessage): ForwardingEntry['origin'] | undefined {
  return entryFromMessage(message, () => undefined)?.origin;
}

function addressOf(message: NeighbourMessage): string {
  return ofLink(message.index, entryFromMessage(message, () => undefined)?.mac ?? '');
}

/** A bridge's own entries are in its database, and name it. */
function flagsOf({ flags, index, master, destination }: NeighbourMessage): number {
  const how = destination !== undefined || index === master ? NTF.SELF : NTF.MASTER;
  return (flags & NTF.STICKY) | how;
}

function identityOf(message: NeighbourMessage): string {
  const { index, state, vlan, destination, port, vni } = message;
  return JSON.stringify([index, state, flagsOf(message), vlan, destination && [...destination], port, vni]);
}

function request(type: number, flags: number, message: NeighbourMessage): Uint8Array {
  const { family, index, state, linkAddress, vlan, destination, port, vni } = message;
  const about = { family, index, state, flags: flagsOf(message), type: 0 };
  return encodeMessage(
    { type, flags: flags | NLM_F.REQUEST | NLM_F.ACK },
    encodeNeighbour({ ...about, linkAddress, vlan, destination, port, vni }),
  );
}

function specOf({ link, mac, vlanId, remote, port, vni }: ForwardingEntry): ForwardingEntrySpec {
  return withoutAbsent<ForwardingEntrySpec>({ link, mac, vlanId, remote, port, vni });
}
