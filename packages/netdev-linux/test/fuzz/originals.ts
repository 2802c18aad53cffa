import {
  BRIDGE_VLANDB,
  BRIDGE_VLANDB_ENTRY,
  concat,
  decodeAcknowledgement,
  decodeAddress,
  decodeBridgeVlans,
  decodeLink,
  decodeLinkIdentity,
  decodeNeighbour,
  decodeRoute,
  decodeRule,
  decodeVlanNotice,
  encodeAddress,
  encodeBridgeVlans,
  encodeLink,
  encodeMessage,
  encodeNeighbour,
  encodeRoute,
  encodeRule,
  type LinkMessage,
  NetlinkDecodeError,
  NLM_F,
  NLMSG,
  NLMSGERR_ATTR,
  RTM,
} from '../../src/netlink/index.js';
import { attribute, text, u16, u32 } from '../netlink-bytes.js';
import { recorded, recordedNames } from '../recorded-messages.js';

/** What reads the payload of a message, by its type. */
export const decoders: Readonly<Record<number, (payload: Uint8Array) => unknown>> = {
  [RTM.NEWLINK]: (payload) => [decodeLink(payload), decodeLinkIdentity(payload), decodeBridgeVlans(payload)],
  [RTM.DELLINK]: decodeLink,
  [RTM.NEWADDR]: decodeAddress,
  [RTM.DELADDR]: decodeAddress,
  [RTM.NEWROUTE]: decodeRoute,
  [RTM.DELROUTE]: decodeRoute,
  [RTM.NEWNEIGH]: decodeNeighbour,
  [RTM.DELNEIGH]: decodeNeighbour,
  [RTM.NEWRULE]: decodeRule,
  [RTM.DELRULE]: decodeRule,
  [RTM.NEWVLAN]: decodeVlanNotice,
  [NLMSG.ERROR]: (payload) => acknowledgement(NLMSG.ERROR, payload),
  [NLMSG.DONE]: (payload) => acknowledgement(NLMSG.DONE, payload),
};

/** Both with what was asked repeated whole, and without. */
function acknowledgement(type: number, payload: Uint8Array): unknown {
  const header = { type, sequence: 1, port: 0, payload };
  return [NLM_F.ACK_TLVS, NLM_F.ACK_TLVS | NLM_F.CAPPED, 0].map((flags) =>
    // One of these may be refused where the others are read.
    read(() => decodeAcknowledgement({ ...header, flags })),
  );
}

/** What was read, or the error's text. */
function read<T>(decode: () => T): T | string {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof NetlinkDecodeError)) throw error;
    return error.message;
  }
}

export interface Original {
  /** What it is of, so that each kind is damaged as often as any other. */
  family: string;
  type: number;
  message: Uint8Array;
  /** The request that it answers. */
  request: Uint8Array;
}

const ip = Uint8Array.of(192, 0, 2, 1);
const ip6 = Uint8Array.from({ length: 16 }, (_, index) => index);
const mac = Uint8Array.of(2, 0, 0, 0, 0, 1);

const link = (family: string, details: LinkMessage) =>
  encoded(family, RTM.NEWLINK, encodeLink({ name: 'eth0', index: 7, mtu: 1500, address: mac, ...details }));

function encoded(family: string, type: number, payload: Uint8Array): Original {
  const message = encodeMessage({ type, sequence: 1, flags: NLM_F.MULTI | NLM_F.ACK_TLVS }, payload);
  return { family, type, message, request: message };
}

const routeHeader = {
  ...{ family: 2, destinationLength: 24, sourceLength: 0, tos: 0, table: 70_000 },
  ...{ protocol: 4, scope: 0, type: 1, flags: 0 },
};

/** Messages of our own, for what the recordings lack or have little of. */
function ownMessages(): Original[] {
  const counters = Object.fromEntries(
    ['rxPackets', 'txPackets', 'rxBytes', 'txBytes', 'rxErrors', 'txErrors', 'rxDropped', 'txDropped'].map(
      (name, index) => [name, (1n << 60n) + BigInt(index)],
    ),
  ) as unknown as NonNullable<LinkMessage['counters']>;
  const refused = encodeMessage({ type: RTM.NEWLINK, sequence: 1 }, encodeLink({ name: 'x', mtu: 1 }));
  const extended = concat([
    attribute(NLMSGERR_ATTR.MSG, text('mtu less than device minimum')),
    attribute(NLMSGERR_ATTR.OFFS, u32(40)),
    attribute(NLMSGERR_ATTR.MISS_TYPE, u32(3)),
    attribute(NLMSGERR_ATTR.MISS_NEST, u32(32)),
  ]);
  return [
    link('bridge', {
      info: { kind: 'bridge', bridge: { forwardDelay: 200, priority: 1, vlanFiltering: true } },
    }),
    link('bridge port', {
      master: 3,
      info: { portKind: 'bridge', bridgePort: { state: 3, cost: 2, hairpin: true } },
    }),
    link('vlan', { link: 1, info: { kind: 'vlan', vlan: { id: 7, protocol: 0x8100 } } }),
    link('vxlan', { info: { kind: 'vxlan', vxlan: { id: 9, group: ip, local6: ip6, port: 4789 } } }),
    link('macvlan', { info: { kind: 'macvlan', macvlan: { mode: 4, flags: 0 } } }),
    link('tun', { info: { kind: 'tun', tun: { owner: 7, type: 2, multiQueue: true } } }),
    link('veth', { info: { kind: 'veth', veth: { peer: encodeLink({ name: 'peer' }) } } }),
    encoded(
      'bridge VLANs',
      RTM.NEWLINK,
      encodeBridgeVlans({
        ...{ index: 7, name: 'eth0', master: 3 },
        bridge: {
          flags: 2,
          vlans: [
            { flags: 6, vlanId: 1 },
            { flags: 8, vlanId: 10 },
            { flags: 16, vlanId: 20 },
          ],
        },
      }),
    ),
    encoded(
      'VLAN notice',
      RTM.NEWVLAN,
      concat([
        Uint8Array.of(7, 0, 0, 0, 7, 0, 0, 0),
        ...[1, 10].map((vlanId) =>
          attribute(
            BRIDGE_VLANDB.ENTRY,
            concat([
              attribute(BRIDGE_VLANDB_ENTRY.INFO, concat([u16(6), u16(vlanId)])),
              attribute(BRIDGE_VLANDB_ENTRY.RANGE, u16(vlanId + 10)),
            ]),
          ),
        ),
      ]),
    ),
    link('statistics', { counters }),
    link('names', { alias: 'what it is for' }),
    link('virtual functions', {
      virtualFunctions: [0, 1].map((vf) => ({
        ...{ mac: { vf, mac }, vlan: { vf, vlan: 5, qos: 1 }, spoofCheck: { vf, setting: 1 } },
        ...{ linkState: { vf, linkState: 0 }, trust: { vf, setting: 0 } },
      })),
    }),
    encoded(
      'address',
      RTM.NEWADDR,
      encodeAddress({
        ...{
          family: 2,
          prefixLength: 24,
          flags: 0x280,
          scope: 0,
          index: 7,
          address: ip,
          local: ip,
          broadcast: ip,
        },
        ...{ label: 'eth0:1', routePriority: 7, protocol: 3 },
        cacheInfo: { preferred: 5, valid: 6, created: 7, updated: 8 },
      }),
    ),
    encoded(
      'route',
      RTM.NEWROUTE,
      encodeRoute({
        ...{
          ...routeHeader,
          destination: ip,
          index: 7,
          gateway: ip,
          priority: 9,
          preferredSource: ip,
          mark: 1,
        },
        ...{ via: { family: 10, address: ip6 }, metrics: { mtu: 1400, lock: 4, congestionControl: 'reno' } },
        cacheInfo: { references: 1, lastUse: 2, expires: -3, error: 4, used: 5 },
      }),
    ),
    encoded(
      'multipath',
      RTM.NEWROUTE,
      encodeRoute({
        ...routeHeader,
        nextHops: [
          { index: 1, flags: 0, weight: 3, gateway: ip },
          { index: 2, flags: 4, weight: 256, via: { family: 10, address: ip6 } },
          { index: 3, flags: 0, weight: 1 },
        ],
      }),
    ),
    encoded(
      'neighbour',
      RTM.NEWNEIGH,
      encodeNeighbour({
        ...{
          family: 10,
          index: 7,
          state: 2,
          flags: 0,
          type: 1,
          destination: ip6,
          linkAddress: mac,
          probes: 1,
        },
        cacheInfo: { confirmed: 1, used: 2, updated: 3, references: 4 },
      }),
    ),
    encoded(
      'forwarding entry',
      RTM.NEWNEIGH,
      encodeNeighbour({
        ...{ family: 7, index: 7, state: 0x80, flags: 2, type: 0, linkAddress: mac, master: 3, vlan: 5 },
        ...{ destination: ip, vni: 9, port: 4789 },
      }),
    ),
    encoded(
      'rule',
      RTM.NEWRULE,
      encodeRule({
        ...{ family: 2, destinationLength: 24, sourceLength: 8, tos: 0, table: 70_000, action: 1, flags: 0 },
        ...{
          destination: ip,
          source: ip,
          inputLink: 'eth0',
          priority: 5,
          mark: 1,
          markMask: 255,
          protocol: 4,
        },
        ...{ suppressPrefixLength: -1, userRange: new Uint8Array(8), sourcePorts: new Uint8Array(4) },
      }),
    ),
    encoded('refusal', NLMSG.ERROR, concat([u32(-22), refused, extended])),
    encoded('refusal, capped', NLMSG.ERROR, concat([u32(-22), refused.subarray(0, 16), extended])),
    encoded('end of a dump', NLMSG.DONE, concat([u32(-2), extended])),
  ];
}

/** Those of the kernel, each message by itself so that damage is not lost among the good. */
function recordedMessages(): Original[] {
  return recordedNames.flatMap((name) => {
    const { datagrams, request } = recorded(name);
    return datagrams
      .flatMap((datagram) => messagesIn(datagram))
      .map((message): Original => {
        const type = new DataView(message.buffer, message.byteOffset).getUint16(4, true);
        return { family: `recorded ${type}`, type, message, request };
      });
  });
}

function messagesIn(datagram: Uint8Array): Uint8Array[] {
  const view = new DataView(datagram.buffer, datagram.byteOffset);
  const messages: Uint8Array[] = [];
  for (let offset = 0; offset < datagram.length; ) {
    const length = view.getUint32(offset, true);
    messages.push(datagram.slice(offset, offset + length));
    offset += (length + 3) & ~3;
  }
  return messages;
}

/** All, by what they are of. */
export function originalsByFamily(): ReadonlyMap<string, readonly Original[]> {
  const families = new Map<string, Original[]>();
  for (const original of [...recordedMessages(), ...ownMessages()])
    families.set(original.family, [...(families.get(original.family) ?? []), original]);
  return families;
}
