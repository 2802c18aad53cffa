import { AF, SOCK } from '../netlink/constants/index.js';
import type { Libc } from './libc.js';

/** struct sockaddr_ll (packet(7)): 20 bytes, of which sending needs the family and the link. */
const ADDRESS_SIZE = 20;

/** Sends an Ethernet frame out of a link. */
export function sendFrame(libc: Libc, linkIndex: number, frame: Uint8Array): void {
  // Protocol 0: this socket receives nothing.
  const fd = libc.socket(AF.PACKET, SOCK.RAW | SOCK.CLOEXEC, 0);
  try {
    const address = new DataView(new ArrayBuffer(ADDRESS_SIZE));
    address.setUint16(0, AF.PACKET, true);
    address.setInt32(4, linkIndex, true);
    libc.sendto(fd, frame, new Uint8Array(address.buffer));
  } finally {
    libc.close(fd);
  }
}
