import type { TapRequest } from '../kernel.js';
import { IFF_TUN, TUN_IOCTL } from '../netlink/constants/index.js';
import { O_RDWR } from './constants.js';
import type { Libc } from './libc.js';

// linux/sockios.h keeps struct ifreq at 40 bytes on 64-bit machines: a name of 16, then a union.
const IFREQ_SIZE = 40;
const IFREQ_FLAGS = 16;

/**
 * Makes a tap or tun device that stays when its descriptor is closed, as `ip tuntap add` does (ip-tuntap(8)), and says who may
 * open it. One that is there is not taken over, but refused (EBUSY), unless it is that one which is to be somebody's: the
 * kernel takes the word of a program that has it open.
 */
export function setTap(libc: Libc, tap: TapRequest): void {
  const { name, owner, group, present } = tap;
  const fd = libc.open('/dev/net/tun', O_RDWR);
  try {
    const request = new Uint8Array(IFREQ_SIZE);
    request.set(new TextEncoder().encode(name));
    new DataView(request.buffer).setUint16(IFREQ_FLAGS, flagsOf(tap), true);
    libc.ioctl(fd, TUN_IOCTL.TUNSETIFF, request);
    if (owner !== undefined) libc.ioctl(fd, TUN_IOCTL.TUNSETOWNER, owner);
    if (group !== undefined) libc.ioctl(fd, TUN_IOCTL.TUNSETGROUP, group);
    // Last, so that whatever fails before takes the device with it.
    if (present === undefined) libc.ioctl(fd, TUN_IOCTL.TUNSETPERSIST, 1);
  } finally {
    libc.close(fd);
  }
}

/** Whoever opens a device sets what goes before its packets anew (TUN_FEATURES of drivers/net/tun.c). */
function flagsOf({ kind, multiQueue, present }: TapRequest): number {
  return (
    (kind === 'tun' ? IFF_TUN.TUN : IFF_TUN.TAP) |
    (multiQueue ? IFF_TUN.MULTI_QUEUE : 0) |
    (present === undefined ? IFF_TUN.TUN_EXCL : 0) |
    (present?.packetInformation === true ? 0 : IFF_TUN.NO_PI) |
    (present?.virtioHeader === true ? IFF_TUN.VNET_HDR : 0)
  );
}
