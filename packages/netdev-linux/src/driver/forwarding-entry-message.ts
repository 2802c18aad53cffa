import {
  type ForwardingEntry,
  type InterfaceName,
  ipFromBytes,
  ipToBytes,
  type ParsedForwardingEntrySpec,
  withoutAbsent,
} from 'netdev-core';
import { AF, type NeighbourMessage, NTF, NUD } from '../netlink/index.js';
import { macFromBytes, macToBytes } from './mac-bytes.js';

/**
 * An entry as the contract shows it; `undefined` for the addresses that a device lets in for itself,
 * which the kernel tells in the same dump and which forward nothing.
 */
export function entryFromMessage(
  message: NeighbourMessage,
  nameOf: (index: number) => string | undefined,
): ForwardingEntry | undefined {
  const mac = macFromBytes(message.linkAddress);
  if (message.family !== AF.BRIDGE || mac === undefined) return undefined;
  const { master, destination } = message;
  if (master === undefined && destination === undefined) return undefined;
  return withoutAbsent<ForwardingEntry>({
    link: (nameOf(message.index) ?? `#${message.index}`) as InterfaceName,
    mac,
    origin: originOf(message),
    bridge: master === undefined ? undefined : ((nameOf(master) ?? `#${master}`) as InterfaceName),
    vlanId: master === undefined ? undefined : message.vlan,
    remote: destination === undefined ? undefined : ipFromBytes(destination),
    port: message.port,
    vni: message.vni,
  });
}

/** In a bridge what is permanent is the host's own (fdb_to_nud of net/bridge/br_fdb.c), in a vxlan it is what was set. */
function originOf({ state, master }: NeighbourMessage): ForwardingEntry['origin'] {
  if ((state & NUD.PERMANENT) !== 0) return master === undefined ? 'static' : 'local';
  return (state & NUD.NOARP) !== 0 ? 'static' : 'learned';
}

/** The request for an entry that stays, or for its end. */
export function entryToMessage(spec: ParsedForwardingEntrySpec, index: number): NeighbourMessage {
  const { mac, vlanId, remote, port, vni } = spec;
  return {
    family: AF.BRIDGE,
    index,
    state: remote === undefined ? NUD.NOARP : NUD.PERMANENT,
    flags: remote === undefined ? NTF.MASTER : NTF.SELF,
    type: 0,
    linkAddress: macToBytes(mac),
    vlan: vlanId,
    destination: remote === undefined ? undefined : ipToBytes(remote),
    port,
    vni,
  };
}

/** Whether a vxlan may have several hosts for an address: a group's, and all zeros (vxlan_fdb_update_existing). */
export function mayHaveSeveral({ mac, remote }: Pick<ParsedForwardingEntrySpec, 'mac' | 'remote'>): boolean {
  const isGroup = (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1;
  return remote !== undefined && (isGroup || mac === '00:00:00:00:00:00');
}
