import type { TapRequest } from '../kernel.js';
import { IFF_TUN, TUN_IOCTL } from '../netlink/constants/index.js';
import { O_RDWR } from './constants.js';
import type { Libc } from './libc.js';

// linux/sockios.h keeps struct ifreq at 40 bytes on 64-bit machines: a name of 16, then a union.
const IFREQ_SIZE = 40;
const IFREQ_FLAGS = 16;

/**
 * Makes a tap or tun device that stays when its descriptor is closed, as `ip tuntap add` does (ip-tuntap(8)).
 * One that is there is not taken over, but refused (EBUSY).
 */
export function createTap(libc: Libc, { kind, name, multiQueue, owner, group }: TapRequest): void {
  const fd = libc.open('/dev/net/tun', O_RDWR);
  try {
    const request = new Uint8Array(IFREQ_SIZE);
    request.set(new TextEncoder().encode(name));
    new DataView(request.buffer).setUint16(
      IFREQ_FLAGS,
      (kind === 'tun' ? IFF_TUN.TUN : IFF_TUN.TAP) |
        IFF_TUN.NO_PI |
        IFF_TUN.TUN_EXCL |
        (multiQueue ? IFF_TUN.MULTI_QUEUE : 0),
      true,
    );
    libc.ioctl(fd, TUN_IOCTL.TUNSETIFF, request);
    if (owner !== undefined) libc.ioctl(fd, TUN_IOCTL.TUNSETOWNER, owner);
    if (group !== undefined) libc.ioctl(fd, TUN_IOCTL.TUNSETGROUP, group);
    // Last, so that whatever fails before takes the device with it.
    libc.ioctl(fd, TUN_IOCTL.TUNSETPERSIST, 1);
  } finally {
    libc.close(fd);
  }
}
