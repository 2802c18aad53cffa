import { AF, MSG, NETLINK_OPTION, NETLINK_ROUTE, SO, SOCK, SOL } from '../netlink/constants/index.js';
import { type Libc, SystemCallError } from './libc.js';

/** How long the kernel may take for an answer that it gives within the call. */
const ANSWER_MS = 10_000;

/** Room for a burst of answers: 1,000 acknowledgements are under 100 KiB. */
const RECEIVE_BYTES = 4 * 1024 * 1024;

/** The longest piece of a dump (netlink_dump of net/netlink/af_netlink.c), and some. */
const DATAGRAM_BYTES = 64 * 1024;

/** A socket of the kernel's routing family, in the namespace of the thread that opened it. */
export interface RouteSocket {
  readonly fd: number;
  send(data: Uint8Array): void;
  /** The next datagram; a view that the next call overwrites. Waits. @throws SystemCallError: EAGAIN after ten seconds */
  receive(): Uint8Array;
  /** The same without waiting: `undefined` when there is none. @throws SystemCallError: ENOBUFS when some were lost */
  receiveWaiting(): Uint8Array | undefined;
  close(): void;
}

/** Opens one, subscribed to multicast groups (RTNLGRP) if any are given. */
export function openRouteSocket(libc: Libc, groups: readonly number[] = []): RouteSocket {
  const fd = libc.socket(AF.NETLINK, SOCK.RAW | SOCK.CLOEXEC, NETLINK_ROUTE);
  let buffer: Uint8Array = new Uint8Array(DATAGRAM_BYTES);
  try {
    libc.bind(fd, routeAddress());
    const enable = int32(1);
    // Older kernels have neither; then errors say less and dumps are filtered here.
    for (const option of [NETLINK_OPTION.EXT_ACK, NETLINK_OPTION.GET_STRICT_CHK]) {
      tolerate(['ENOPROTOOPT'], () => libc.setsockopt(fd, SOL.NETLINK, option, enable));
    }
    // Over the limit for everybody only with CAP_NET_ADMIN in the first user namespace.
    tolerate(['EPERM'], () => libc.setsockopt(fd, SOL.SOCKET, SO.RCVBUFFORCE, int32(RECEIVE_BYTES))) ||
      libc.setsockopt(fd, SOL.SOCKET, SO.RCVBUF, int32(RECEIVE_BYTES));
    if (groups.length === 0) libc.setsockopt(fd, SOL.SOCKET, SO.RCVTIMEO, timeval(ANSWER_MS));
    // One that a kernel does not know tells nothing.
    for (const group of groups)
      tolerate(['EINVAL'], () =>
        libc.setsockopt(fd, SOL.NETLINK, NETLINK_OPTION.ADD_MEMBERSHIP, int32(group)),
      );
  } catch (error) {
    libc.close(fd);
    throw error;
  }
  return {
    fd,
    send: (data) => libc.send(fd, data),
    receive: () => {
      const length = libc.recv(fd, buffer, MSG.PEEK | MSG.TRUNC);
      if (length > buffer.length) buffer = new Uint8Array(length);
      return buffer.subarray(0, libc.recv(fd, buffer, 0));
    },
    receiveWaiting: () => {
      try {
        return buffer.subarray(0, libc.recv(fd, buffer, MSG.DONTWAIT));
      } catch (error) {
        if (error instanceof SystemCallError && error.errno === 'EAGAIN') return undefined;
        throw error;
      }
    },
    close: () => libc.close(fd),
  };
}

/** struct sockaddr_nl with address 0: the kernel chooses ours (netlink(7)). */
function routeAddress(): Uint8Array {
  const address = new Uint8Array(12);
  new DataView(address.buffer).setUint16(0, AF.NETLINK, true);
  return address;
}

function int32(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

/** struct timeval of a 64-bit machine. */
function timeval(milliseconds: number): Uint8Array {
  const seconds = Math.floor(milliseconds / 1000);
  return new Uint8Array(BigInt64Array.of(BigInt(seconds), BigInt((milliseconds % 1000) * 1000)).buffer);
}

function tolerate(errnos: readonly string[], call: () => void): boolean {
  try {
    call();
    return true;
  } catch (error) {
    if (error instanceof SystemCallError && errnos.includes(error.errno)) return false;
    throw error;
  }
}
