import { expect, it } from 'vitest';
import { allowsExecution } from '../src/server/executable-mount.js';

const mounts = `22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /run rw,nosuid,nodev,noexec,relatime shared:2 - tmpfs tmpfs rw
24 23 0:22 / /run/user/1000 rw,nosuid,nodev,relatime - tmpfs tmpfs rw
25 22 0:23 / /mnt rw,noexec - tmpfs tmpfs rw
26 25 0:24 / /mnt rw,relatime - tmpfs tmpfs rw
`;

it.each([
  ['/run/netdev/dhcp', false],
  ['/run', false],
  ['/run/user/1000/netdev/dhcp', true],
  ['/runner/dhcp', true],
  ['/var/lib/netdev', true],
  ['/mnt/x', true],
])('scripts in %s: %s', (directory, allowed) => {
  expect(allowsExecution(mounts, directory)).toBe(allowed);
  expect(allowsExecution(undefined, directory)).toBe(true);
});
