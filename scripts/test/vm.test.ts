import { expect, test } from 'vitest';
import { moduleFiles } from '../testing/vm/guest-kernel.mjs';

test('modules come after what they need, each once; built-in ones have no file', () => {
  const modulesDep = [
    'kernel/fs/9p/9p.ko: kernel/fs/fscache.ko kernel/fs/netfs.ko kernel/net/9p/9pnet.ko',
    'kernel/net/9p/9pnet.ko:',
    'kernel/net/9p/9pnet_virtio.ko: kernel/drivers/virtio.ko kernel/net/9p/9pnet.ko',
    '',
  ].join('\n');
  expect(moduleFiles(modulesDep, ['9p', '9pnet_virtio', 'ext4'])).toEqual([
    'kernel/net/9p/9pnet.ko',
    'kernel/fs/netfs.ko',
    'kernel/fs/fscache.ko',
    'kernel/fs/9p/9p.ko',
    'kernel/drivers/virtio.ko',
    'kernel/net/9p/9pnet_virtio.ko',
  ]);
});
