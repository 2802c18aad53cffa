import { type NetDevError, PermissionError, PlatformError, UnsupportedError } from 'netdev-core';
import { type Answer, errnoName } from '../netlink/index.js';
import type { Attempt } from './kernel-error.js';

const NEEDS =
  'it needs /dev/net/tun, readable and writable (chmod 0666, or root outside of a user namespace), with the tun module loaded, and CAP_NET_ADMIN';

/**
 * The error for a tap that could not be made. A host without /dev/net/tun, or without the driver behind it, has no
 * taps: that is what `capabilities` says, too.
 */
export function tapError(attempt: Attempt, { errno: number, extended }: Answer): NetDevError {
  const errno = errnoName(number);
  const details = { ...attempt, errno, detail: extended.message };
  switch (errno) {
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
      return new UnsupportedError({ ...details, hint: NEEDS });
    case 'EPERM':
    case 'EACCES':
      return new PermissionError({ ...details, hint: NEEDS });
    default:
      return new PlatformError(details);
  }
}
