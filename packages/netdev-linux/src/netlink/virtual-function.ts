import { IFLA_VF, IFLA_VF_INFO } from './constants/index.js';
import { type Codec, type FieldValues, listOf, nest, structOf32 } from './fields.js';
import { readBytes, readU32 } from './scalar.js';

/** struct ifla_vf_mac (linux/if_link.h): a number, and an address in 32 bytes. */
const MAC_ROOM = 32;

/** A link's address has six of them in Ethernet, which is all that has virtual functions here. */
const MAC_SIZE = 6;

const VF_MAC: Codec<{ vf: number; mac: Uint8Array }> = {
  read: (bytes, what) => ({
    vf: readU32(bytes, what),
    mac: readBytes(bytes, what).subarray(4, 4 + MAC_SIZE),
  }),
  write: ({ vf, mac }, to) => {
    to.u32(vf);
    to.bytes(mac);
    to.zeros(MAC_ROOM - mac.length);
  },
};

const FIELDS = {
  mac: [IFLA_VF.MAC, VF_MAC],
  vlan: [IFLA_VF.VLAN, structOf32(['vf', 'vlan', 'qos'])],
  /** 0 or 1; of a card that does not say, all bits. */
  spoofCheck: [IFLA_VF.SPOOFCHK, structOf32(['vf', 'setting'])],
  /** VF_LINK_STATE. */
  linkState: [IFLA_VF.LINK_STATE, structOf32(['vf', 'linkState'])],
  /** Like `spoofCheck`. */
  trust: [IFLA_VF.TRUST, structOf32(['vf', 'setting'])],
} as const;

/** How a card treats a virtual function, or is to treat it; each part says the number of the function again. */
export type VirtualFunctionMessage = FieldValues<typeof FIELDS>;

export const VIRTUAL_FUNCTIONS = listOf(IFLA_VF_INFO.INFO, nest(FIELDS));
