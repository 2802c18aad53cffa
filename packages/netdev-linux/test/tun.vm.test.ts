import { renameSync } from 'node:fs';
import { UnsupportedError } from 'netdev-core';
import { createLinuxNetDev } from 'netdev-linux';
import { expect, test } from 'vitest';

test('a host without /dev/net/tun refuses a tap as unsupported, says what is missing, and leaves nothing', async () => {
  await using driver = await createLinuxNetDev();
  renameSync('/dev/net/tun', '/dev/net/tun-away');
  try {
    const attempt = driver.createLink({ kind: 'tap', name: 'tap0' });
    await expect(attempt).rejects.toThrow(UnsupportedError);
    await expect(attempt).rejects.toThrow(/open \/dev\/net\/tun: .*the tun module/);
    expect(await driver.linkExists('tap0')).toBe(false);
  } finally {
    renameSync('/dev/net/tun-away', '/dev/net/tun');
  }
});
