/** The frame of a gratuitous ARP request: sender and target are the same address (RFC 5227, 3). */
export function gratuitousArp(mac: Uint8Array, address: Uint8Array): Uint8Array {
  const broadcast = new Uint8Array(6).fill(0xff);
  return Uint8Array.from([
    ...broadcast,
    ...mac,
    ...[0x08, 0x06], // ARP (IEEE 802 EtherType)
    ...[0x00, 0x01], // Ethernet
    ...[0x08, 0x00], // IPv4
    ...[6, 4],
    ...[0x00, 0x01], // request
    ...mac,
    ...address,
    ...new Uint8Array(6),
    ...address,
  ]);
}
