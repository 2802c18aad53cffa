import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { encodeCpio } from './cpio.mjs';
import { modulesOf } from './guest-kernel.mjs';

/** What it takes to reach the files of the machine outside. Everything else is loaded from there. */
const firstModules = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];

const folders = [
  'bin',
  'sbin',
  'proc',
  'sys',
  'dev',
  'lib',
  'lib/modules',
  'modules',
  'outside',
  'changes',
  'root',
];

/**
 * The first program of the virtual machine. The root that the command sees are the files of the machine outside, read-only
 * underneath and with a layer in memory on top; the shared folder alone is written through. A step that fails powers the
 * machine off, and that no status was written tells of it.
 * @param {{ modules: string, insmod: readonly string[], shared: string }} from
 */
function initScript({ modules, insmod, shared }) {
  const options = 'trans=virtio,version=9p2000.L,msize=512000';
  return `#!/bin/busybox sh
/bin/busybox --install -s /bin
fail() { echo "netdev-vm: $1"; poweroff -f; }
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs devtmpfs /dev
for module in ${insmod.join(' ')}; do insmod /modules/$module || fail "no $module"; done
mount -t 9p -o ${options},cache=loose,ro outside /outside || fail 'no files'
mount -t tmpfs tmpfs /changes
mkdir /changes/upper /changes/work
mount -t overlay -o lowerdir=/outside,upperdir=/changes/upper,workdir=/changes/work overlay /root || fail 'no root'
for folder in proc sys dev; do mount --rbind /$folder /root/$folder; done
mkdir -p /dev/net && mknod /dev/net/tun c 10 200
mkdir -p /root/dev/pts /root/dev/shm /root/lib/modules '/root${shared}'
mount -t devpts devpts /root/dev/pts
mount -t tmpfs tmpfs /root/dev/shm
mount -t tmpfs -o mode=0755 tmpfs /root/run
mkdir /root/run/lock /root/run/netns
mount -t 9p -o ${options} shared '/root${shared}' || fail 'no shared folder'
mount --bind '/outside${modules}' /root/lib/modules
mount --bind '/outside${modules}' /lib/modules
ln -s /bin/busybox /sbin/modprobe
ip link set lo up
hostname netdev-vm
stty -F /dev/ttyS1 raw 2>/dev/null
chroot /root /bin/sh '${shared}/command' </dev/null >/dev/ttyS1 2>&1
echo $? >'/root${shared}/status'
poweroff -f
`;
}

/**
 * The initial file system: busybox, the first modules, and the script that makes the machine.
 * @param {import('./guest-kernel.mjs').GuestKernel} kernel
 * @param {{ busybox: string, shared: string }} options `busybox` has to be linked statically
 */
export function initialFiles(kernel, { busybox, shared }) {
  const files = modulesOf(kernel, firstModules);
  const init = initScript({
    modules: kernel.modules.replace(/\/[^/]*$/, ''),
    insmod: files.map((file) => basename(file)),
    shared,
  });
  return encodeCpio([
    ...folders.map((path) => ({ path, mode: 0o755 })),
    { path: 'bin/busybox', content: readFileSync(busybox), mode: 0o755 },
    ...files.map((file) => ({ path: `modules/${basename(file)}`, content: readFileSync(file), mode: 0o644 })),
    { path: 'init', content: Buffer.from(init), mode: 0o755 },
  ]);
}
