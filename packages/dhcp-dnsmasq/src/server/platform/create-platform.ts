import { InvalidArgumentError } from 'netdev-core';
import { createFreeBsdPlatform } from './freebsd-platform.js';
import type { HostPlatform, PlatformMeans, PlatformName } from './host-platform.js';
import { createLinuxPlatform } from './linux-platform.js';

/** Left out: the platform of this program; any but FreeBSD is taken for Linux, as a dry run runs anywhere. */
export function createPlatform(name: PlatformName | undefined, means: PlatformMeans): HostPlatform {
  switch (name ?? (process.platform === 'freebsd' ? 'freebsd' : 'linux')) {
    case 'linux':
      return createLinuxPlatform(means);
    case 'freebsd':
      return createFreeBsdPlatform(means);
    default:
      throw new InvalidArgumentError('platform', name, 'linux or freebsd');
  }
}
