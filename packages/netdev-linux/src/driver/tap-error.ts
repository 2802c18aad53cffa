import { type NetDevError, PermissionError, PlatformError, UnsupportedError } from 'netdev-core';
import { type Answer, errnoName } from '../netlink/index.js';
import type { Attempt } from './kernel-error.js';

const NEEDS =
  'it needs /dev/net/tun, readable and writable (chmod 0666, or root outside of a user namespace), with the tun module loaded, and CAP_NET_ADMIN';

/** One queue is for one program (tun_attach of drivers/net/tun.c). */
const BUSY = 'a program has it open: end that first, or make it with several queues';

/**
 * The error for a tap that could not be made or changed. A host without /dev/net/tun, or without the driver behind it, has no
 * taps, and neither has one whose file is not for this user (EACCES of open(2); the kernel says EPERM to who may open
 * it and make nothing): that is what `capabilities` says, too.
 */
export function tapError(attempt: Attempt, { errno: number, extended }: Answer): NetDevError {
  const errno = errnoName(number);
  const details = { ...attempt, errno, detail: extended.message };
  switch (errno) {
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
    case 'EACCES':
      return new UnsupportedError({ ...details, hint: NEEDS });
    case 'EPERM':
      return new PermissionError({ ...details, hint: NEEDS });
    case 'EBUSY':
      return new PlatformError({ ...details, hint: BUSY });
    default:
      return new PlatformError(details);
  }
}
