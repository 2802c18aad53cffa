// linux/if_tun.h

/** Flags of TUNSETIFF. */
export const IFF_TUN = {
  TUN: 0x1,
  TAP: 0x2,
  NO_PI: 0x1000,
  VNET_HDR: 0x4000,
  TUN_EXCL: 0x8000,
  MULTI_QUEUE: 0x100,
  PERSIST: 0x800,
} as const;

/** ioctl requests of /dev/net/tun. */
export const TUN_IOCTL = {
  TUNSETIFF: 0x400454ca,
  TUNSETPERSIST: 0x400454cb,
  TUNSETOWNER: 0x400454cc,
  TUNSETGROUP: 0x400454ce,
} as const;
