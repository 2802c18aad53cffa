// linux/if_bridge.h

/** Attributes of a bridge or its port inside IFLA_AF_SPEC, in messages of family AF_BRIDGE. */
export const IFLA_BRIDGE = { FLAGS: 0, MODE: 1, VLAN_INFO: 2, VLAN_TUNNEL_INFO: 3 } as const;

/** What a notice about VLANs holds. */
export const BRIDGE_VLANDB = { ENTRY: 1, GLOBAL_OPTIONS: 2 } as const;

/** Of each entry of it. */
export const BRIDGE_VLANDB_ENTRY = { INFO: 1, RANGE: 2 } as const;

/** Whose settings a message is about: those of the bridge that the link is a port of, or the link's own. */
export const BRIDGE_FLAGS = { MASTER: 1, SELF: 2 } as const;

/** How frames of a VLAN are treated; RANGE_BEGIN and RANGE_END mark the first and the last of several. */
export const BRIDGE_VLAN_INFO = {
  MASTER: 0x1,
  PVID: 0x2,
  UNTAGGED: 0x4,
  RANGE_BEGIN: 0x8,
  RANGE_END: 0x10,
  BRENTRY: 0x20,
} as const;
