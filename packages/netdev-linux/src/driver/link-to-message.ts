import { type LinkChanges, type LinkSpec, portSettings, type VethSpec } from 'netdev-core';
import { encodeLink, IFF, type LinkMessage } from '../netlink/index.js';
import { bridgeData, vlanProtocolNumber } from './bridge-details.js';
import { macToBytes } from './mac-bytes.js';
import { portData } from './port-details.js';
import { macvlanData, vxlanChangesData, vxlanData } from './tunnel-details.js';

/** The numbers that a message needs where a specification has names. */
export interface LinkReferences {
  parentIndex?: number | undefined;
  /** Of the link that is changed: a macvlan and a macvtap are told apart by it. */
  kind?: string | undefined;
  /** 0 takes a port out of its bridge. */
  masterIndex?: number | undefined;
  /** An open descriptor of the namespace that a peer is to live in. */
  peerNamespaceFd?: number | undefined;
}

/**
 * The request that makes a link, with what has to be said at its making. The other settings follow
 * in a request of their own, because the kernel passes over some of them here (rtnl_create_link of
 * net/core/rtnetlink.c).
 */
export function newLinkMessage(
  spec: Exclude<LinkSpec, { kind: 'tap' | 'tun' }>,
  { parentIndex, peerNamespaceFd }: LinkReferences,
): LinkMessage {
  return {
    name: spec.name,
    mtu: spec.mtu,
    address: spec.mac === undefined ? undefined : macToBytes(spec.mac),
    // A vxlan's is among what its kind adds.
    link: spec.kind === 'vxlan' ? undefined : parentIndex,
    info: {
      kind: spec.kind,
      // One that a kernel does not know it refuses, even to leave it off.
      bridge:
        spec.kind === 'bridge'
          ? { ...bridgeData(spec), vlanFiltering: spec.vlanFiltering === true ? true : undefined }
          : undefined,
      vlan:
        spec.kind === 'vlan'
          ? { id: spec.vlanId, protocol: vlanProtocolNumber(spec.vlanProtocol) }
          : undefined,
      vxlan: spec.kind === 'vxlan' ? vxlanData(spec, parentIndex) : undefined,
      macvlan:
        spec.kind === 'macvlan' || spec.kind === 'macvtap'
          ? macvlanData({ mode: 'bridge', ...spec })
          : undefined,
      veth: spec.kind === 'veth' ? { peer: encodeLink(peerMessage(spec.peer, peerNamespaceFd)) } : undefined,
    },
  };
}

function peerMessage({ name, mac, mtu }: VethSpec['peer'], namespaceFd: number | undefined): LinkMessage {
  // Not its flags: the kernel would bring it up before it is joined, and refuse (veth_open, ENOTCONN).
  return { name, mtu, address: mac === undefined ? undefined : macToBytes(mac), namespaceFd };
}

/**
 * The requests that change a link, in order. A bridge that leaves the spanning tree does so first: the
 * kernel sets the delay before that, and takes no short one within the tree (ERANGE,
 * br_set_forward_delay). What a link is as a port comes last: the kernel looks for the bridge before it
 * changes anything.
 */
export function changeLinkMessages(
  index: number,
  changes: LinkChanges,
  references: LinkReferences,
): LinkMessage[] {
  const port = portSettings(changes);
  const isOfPort = isSomething(port);
  const own = isOfPort ? without(changes, port) : changes;
  const messages: LinkMessage[] = [];
  for (const part of inParts(own)) {
    const message = changeOwnMessage(index, part, references);
    if (message !== undefined) messages.push(message);
  }
  if (isOfPort) messages.push({ index, info: { portKind: 'bridge', bridgePort: portData(port) } });
  return messages;
}

function inParts(changes: LinkChanges): LinkChanges[] {
  const { stp, ...rest } = changes.bridge ?? {};
  if (stp !== false || rest.forwardDelay === undefined) return [changes];
  return [{ bridge: { stp } }, { ...changes, bridge: rest }];
}

const FLAGS = [
  { setting: 'up', bit: IFF.UP },
  { setting: 'promiscuous', bit: IFF.PROMISC },
  { setting: 'allMulticast', bit: IFF.ALLMULTI },
] as const;

function changeOwnMessage(
  index: number,
  changes: LinkChanges,
  { masterIndex, parentIndex, kind }: LinkReferences,
): LinkMessage | undefined {
  if (!isSomething(changes)) return undefined;
  let [change, flags] = [0, 0];
  for (const { setting, bit } of FLAGS) {
    if (changes[setting] === undefined) continue;
    change |= bit;
    if (changes[setting] === true) flags |= bit;
  }
  return {
    index,
    name: changes.name,
    mtu: changes.mtu,
    address: changes.mac === undefined ? undefined : macToBytes(changes.mac),
    alias: changes.alias,
    master: masterIndex,
    change,
    flags,
    info: kindInfo(changes, { parentIndex, kind }),
  };
}

function kindInfo(
  { bridge, vxlan, macvlan }: LinkChanges,
  { parentIndex, kind }: LinkReferences,
): LinkMessage['info'] {
  if (bridge !== undefined) return { kind: 'bridge', bridge: bridgeData(bridge) };
  if (vxlan !== undefined) return { kind: 'vxlan', vxlan: vxlanChangesData(vxlan, parentIndex) };
  if (macvlan === undefined) return undefined;
  return { kind: macvlan.kind ?? (kind === 'macvtap' ? kind : 'macvlan'), macvlan: macvlanData(macvlan) };
}

function isSomething<T extends object>(values: T): boolean {
  for (const name in values) if (values[name] !== undefined) return true;
  return false;
}

function without<T extends object>(values: T, others: object): T {
  const kept = { ...values };
  for (const name in others) delete kept[name as keyof T];
  return kept;
}
