const ICMPV6 = 58;
const NEIGHBOUR_ADVERTISEMENT = 136;
/** The Override flag (RFC 4861, 4.4): caches are to take the new link-layer address. */
const OVERRIDE = 0x20;
/** Option "target link-layer address" (RFC 4861, 4.6.1), in units of 8 bytes. */
const TARGET_LINK_LAYER = [2, 1];
/** All nodes on the link (RFC 4291, 2.7.1), and the Ethernet group for it (RFC 2464, 7). */
const ALL_NODES = Uint8Array.from([0xff, 0x02, ...new Array(13).fill(0), 1]);
const ALL_NODES_MAC = [0x33, 0x33, 0, 0, 0, 1];

/** The frame of an unsolicited neighbour advertisement to all nodes (RFC 4861, 7.2.6). */
export function unsolicitedAdvertisement(mac: Uint8Array, address: Uint8Array): Uint8Array {
  const message = Uint8Array.from([
    ...[NEIGHBOUR_ADVERTISEMENT, 0, 0, 0],
    ...[OVERRIDE, 0, 0, 0],
    ...address,
    ...TARGET_LINK_LAYER,
    ...mac,
  ]);
  const sum = checksum([
    address,
    ALL_NODES,
    Uint8Array.from([0, 0, 0, message.length, 0, 0, 0, ICMPV6]),
    message,
  ]);
  message.set([sum >> 8, sum & 0xff], 2);
  return Uint8Array.from([
    ...ALL_NODES_MAC,
    ...mac,
    ...[0x86, 0xdd], // IPv6 (IEEE 802 EtherType)
    ...[0x60, 0, 0, 0],
    ...[message.length >> 8, message.length & 0xff, ICMPV6, 255],
    ...address,
    ...ALL_NODES,
    ...message,
  ]);
}

/** The Internet checksum (RFC 1071) over parts of even length. */
export function checksum(parts: readonly Uint8Array[]): number {
  let sum = 0;
  for (const part of parts) {
    for (let index = 0; index < part.length; index += 2)
      sum += ((part[index] ?? 0) << 8) | (part[index + 1] ?? 0);
  }
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}
