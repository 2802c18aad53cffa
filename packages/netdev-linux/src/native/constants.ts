// fcntl.h (open(2)), sched.h (unshare(2)), sys/mount.h (mount(2), umount2(2))

export const O_RDONLY = 0;
export const O_RDWR = 2;

export const CLONE_NEWNET = 0x40000000;

export const MS_BIND = 0x1000;
export const MS_REC = 0x4000;
export const MS_SHARED = 0x100000;
export const MNT_DETACH = 2;
