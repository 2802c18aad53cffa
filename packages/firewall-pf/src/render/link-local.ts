import { type IpAddress, ipFromBytes } from 'netdev-core';

/** The link-local address that an interface forms from its MAC (RFC 4291, appendix A). */
export function formLinkLocal(mac: string): IpAddress {
  const [first = 0, ...rest] = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  return ipFromBytes(
    Uint8Array.from([
      ...[0xfe, 0x80, 0, 0, 0, 0, 0, 0],
      ...[first ^ 2, ...rest.slice(0, 2), 0xff, 0xfe, ...rest.slice(2)],
    ]),
  );
}
