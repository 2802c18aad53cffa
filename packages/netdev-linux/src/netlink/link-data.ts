import { IFLA_BR, IFLA_BRPORT, IFLA_MACVLAN, IFLA_TUN, IFLA_VLAN, IFLA_VXLAN } from './constants/index.js';
import { BE16, BE32, BYTES, type Codec, type FieldValues, FLAG, listOf, U8, U16, U32 } from './fields.js';

/** Times are in hundredths of a second (USER_HZ). */
export const BRIDGE_FIELDS = {
  forwardDelay: [IFLA_BR.FORWARD_DELAY, U32],
  helloTime: [IFLA_BR.HELLO_TIME, U32],
  maxAge: [IFLA_BR.MAX_AGE, U32],
  ageingTime: [IFLA_BR.AGEING_TIME, U32],
  /** 0: off, 1: in the kernel, 2: in a daemon. */
  stpState: [IFLA_BR.STP_STATE, U32],
  priority: [IFLA_BR.PRIORITY, U16],
  vlanFiltering: [IFLA_BR.VLAN_FILTERING, FLAG],
  vlanProtocol: [IFLA_BR.VLAN_PROTOCOL, BE16],
  vlanDefaultPvid: [IFLA_BR.VLAN_DEFAULT_PVID, U16],
  groupForwardMask: [IFLA_BR.GROUP_FWD_MASK, U16],
  multicastSnooping: [IFLA_BR.MCAST_SNOOPING, FLAG],
  multicastQuerier: [IFLA_BR.MCAST_QUERIER, FLAG],
} as const;

export const BRIDGE_PORT_FIELDS = {
  /** 0: disabled, 1: listening, 2: learning, 3: forwarding, 4: blocking. */
  state: [IFLA_BRPORT.STATE, U8],
  priority: [IFLA_BRPORT.PRIORITY, U16],
  cost: [IFLA_BRPORT.COST, U32],
  hairpin: [IFLA_BRPORT.MODE, FLAG],
  guard: [IFLA_BRPORT.GUARD, FLAG],
  /** Root block. */
  protect: [IFLA_BRPORT.PROTECT, FLAG],
  fastLeave: [IFLA_BRPORT.FAST_LEAVE, FLAG],
  learning: [IFLA_BRPORT.LEARNING, FLAG],
  unicastFlood: [IFLA_BRPORT.UNICAST_FLOOD, FLAG],
  multicastFlood: [IFLA_BRPORT.MCAST_FLOOD, FLAG],
  broadcastFlood: [IFLA_BRPORT.BCAST_FLOOD, FLAG],
  multicastToUnicast: [IFLA_BRPORT.MCAST_TO_UCAST, FLAG],
  /** MDB_RTR_TYPE_* of linux/if_bridge.h. 0: disabled, 1: by queries, 2: permanent, 3: for a while. */
  multicastRouter: [IFLA_BRPORT.MULTICAST_ROUTER, U8],
  neighbourSuppression: [IFLA_BRPORT.NEIGH_SUPPRESS, FLAG],
  proxyArp: [IFLA_BRPORT.PROXYARP, FLAG],
  isolated: [IFLA_BRPORT.ISOLATED, FLAG],
  locked: [IFLA_BRPORT.LOCKED, FLAG],
} as const;

export const VETH_FIELDS = {
  /** VETH_INFO_PEER of linux/veth.h: the other end that is to be made, as {@link encodeLink} gives it. The kernel does not tell it. */
  peer: [1, BYTES],
} as const;

export const VLAN_FIELDS = {
  id: [IFLA_VLAN.ID, U16],
  /** ETH_P_8021Q (0x8100) or ETH_P_8021AD (0x88a8). */
  protocol: [IFLA_VLAN.PROTOCOL, BE16],
} as const;

/** struct ifla_vxlan_port_range (linux/if_link.h). */
const PORT_RANGE: Codec<{ first: number; last: number }> = {
  read: (bytes, what) => ({ first: BE16.read(bytes, what), last: BE16.read(bytes.subarray(2), what) }),
  write: ({ first, last }, to) => {
    to.be16(first);
    to.be16(last);
  },
};

export const VXLAN_FIELDS = {
  id: [IFLA_VXLAN.ID, U32],
  group: [IFLA_VXLAN.GROUP, BYTES],
  group6: [IFLA_VXLAN.GROUP6, BYTES],
  link: [IFLA_VXLAN.LINK, U32],
  local: [IFLA_VXLAN.LOCAL, BYTES],
  local6: [IFLA_VXLAN.LOCAL6, BYTES],
  ttl: [IFLA_VXLAN.TTL, U8],
  tos: [IFLA_VXLAN.TOS, U8],
  learning: [IFLA_VXLAN.LEARNING, FLAG],
  ageing: [IFLA_VXLAN.AGEING, U32],
  port: [IFLA_VXLAN.PORT, BE16],
  /** The UDP ports that are sent from; zeros for any. */
  sourcePorts: [IFLA_VXLAN.PORT_RANGE, PORT_RANGE],
  limit: [IFLA_VXLAN.LIMIT, U32],
  proxy: [IFLA_VXLAN.PROXY, FLAG],
  routeShortCircuit: [IFLA_VXLAN.RSC, FLAG],
  l2Miss: [IFLA_VXLAN.L2MISS, FLAG],
  l3Miss: [IFLA_VXLAN.L3MISS, FLAG],
  /** There, and empty, where it is on. */
  groupPolicy: [IFLA_VXLAN.GBP, BYTES],
  /** Asked for by being there, and told as a byte. */
  ttlInherit: [IFLA_VXLAN.TTL_INHERIT, BYTES],
  /** External: what iproute2 calls so. */
  collectMetadata: [IFLA_VXLAN.COLLECT_METADATA, FLAG],
  /** Of IPv6, in network order. */
  flowLabel: [IFLA_VXLAN.LABEL, BE32],
  /** VXLAN_DF_*. 0: unset, 1: set, 2: inherit. */
  dontFragment: [IFLA_VXLAN.DF, U8],
  udpChecksum: [IFLA_VXLAN.UDP_CSUM, FLAG],
  udpZeroChecksum6Sent: [IFLA_VXLAN.UDP_ZERO_CSUM6_TX, FLAG],
  udpZeroChecksum6Received: [IFLA_VXLAN.UDP_ZERO_CSUM6_RX, FLAG],
} as const;

export const MACVLAN_FIELDS = {
  /** 1: private, 2: vepa, 4: bridge, 8: passthru, 16: source. */
  mode: [IFLA_MACVLAN.MODE, U32],
  flags: [IFLA_MACVLAN.FLAGS, U16],
  /** What a request does to the addresses: 0 adds, 1 deletes, 2 flushes, 3 sets (MACVLAN_MACADDR_*). */
  sourcesMode: [IFLA_MACVLAN.MACADDR_MODE, U32],
  sources: [IFLA_MACVLAN.MACADDR_DATA, listOf(IFLA_MACVLAN.MACADDR, BYTES)],
} as const;

export const TUN_FIELDS = {
  owner: [IFLA_TUN.OWNER, U32],
  group: [IFLA_TUN.GROUP, U32],
  /** 1: tun, 2: tap. */
  type: [IFLA_TUN.TYPE, U8],
  packetInformation: [IFLA_TUN.PI, FLAG],
  virtioHeader: [IFLA_TUN.VNET_HDR, FLAG],
  persist: [IFLA_TUN.PERSIST, FLAG],
  multiQueue: [IFLA_TUN.MULTI_QUEUE, FLAG],
  queues: [IFLA_TUN.NUM_QUEUES, U32],
  disabledQueues: [IFLA_TUN.NUM_DISABLED_QUEUES, U32],
} as const;

export type BridgeData = FieldValues<typeof BRIDGE_FIELDS>;
export type BridgePortData = FieldValues<typeof BRIDGE_PORT_FIELDS>;
export type VethData = FieldValues<typeof VETH_FIELDS>;
export type VlanData = FieldValues<typeof VLAN_FIELDS>;
export type VxlanData = FieldValues<typeof VXLAN_FIELDS>;
export type MacvlanData = FieldValues<typeof MACVLAN_FIELDS>;
export type TunData = FieldValues<typeof TUN_FIELDS>;
