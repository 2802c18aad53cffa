// bits/socket.h and asm-generic/socket.h (socket(2), netlink(7), packet(7))

/** Address families. */
export const AF = { UNSPEC: 0, INET: 2, BRIDGE: 7, INET6: 10, NETLINK: 16, PACKET: 17 } as const;

/** Types of socket, and the flag that goes with them. */
export const SOCK = { DGRAM: 2, RAW: 3, CLOEXEC: 0o2000000 } as const;

/** Socket options at level SOL_SOCKET. */
export const SO = { SNDBUF: 7, RCVBUF: 8, RCVTIMEO: 20, SNDBUFFORCE: 32, RCVBUFFORCE: 33 } as const;

/** Levels of setsockopt. */
export const SOL = { SOCKET: 1, NETLINK: 270 } as const;

/** Flags of recv. */
export const MSG = { PEEK: 0x2, TRUNC: 0x20, DONTWAIT: 0x40 } as const;

/** The netlink protocol of links, addresses, routes and neighbours. */
export const NETLINK_ROUTE = 0;
