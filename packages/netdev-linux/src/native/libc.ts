import { createRequire } from 'node:module';
import { errnoName, errnoText } from '../netlink/constants/index.js';

/** A system call that said no. */
export class SystemCallError extends Error {
  readonly call: string;
  readonly errno: string;
  readonly number: number;

  constructor(call: string, errno: number) {
    super(`${call}: ${errnoText(errno)}`);
    this.name = 'SystemCallError';
    this.call = call;
    this.errno = errnoName(errno);
    this.number = errno;
  }
}

/**
 * The C library's calls that netdev makes, each as its man page has it in section 2, failing with a
 * {@link SystemCallError}. Buffers are read and written in place.
 */
export interface Libc {
  socket(family: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array): void;
  setsockopt(fd: number, level: number, option: number, value: Uint8Array): void;
  send(fd: number, data: Uint8Array): void;
  sendto(fd: number, data: Uint8Array, address: Uint8Array): void;
  /** The length that a datagram has; more than the buffer's with MSG_TRUNC. */
  recv(fd: number, buffer: Uint8Array, flags: number): number;
  /** Waits until one of the descriptors can be read; says which can. */
  pollReadable(fds: readonly number[], timeoutMs: number): boolean[];
  eventfd(): number;
  open(path: string, flags: number): number;
  close(fd: number): void;
  /** With a pointer to a structure, or a number, as the request wants. */
  ioctl(fd: number, request: number, argument: Uint8Array | number): void;
  /** Puts the calling thread into a network namespace. */
  setns(fd: number, type: number): void;
  unshare(flags: number): void;
  mount(source: string, target: string, type: string, flags: number): void;
  umount(target: string, flags: number): void;
}

type Native = (...values: unknown[]) => number;

/** From fcntl.h; the same bit as EFD_CLOEXEC. */
const O_CLOEXEC = 0o2000000;

const POLLIN = 0x1;
const POLLFD_SIZE = 8;

let loaded: Libc | undefined;

/** Loads the binding on first use, so that the package can be imported on any platform. */
export function loadLibc(): Libc {
  loaded ??= bindLibc();
  return loaded;
}

function bindLibc(): Libc {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  // The running program's own symbols: glibc and musl alike.
  const library = koffi.load(null);
  const bind = (prototype: string): Native => library.func(prototype) as unknown as Native;
  const checked = (call: string, result: number): number => {
    if (result < 0) throw new SystemCallError(call, koffi.errno());
    return result;
  };
  const socket = bind('int socket(int family, int type, int protocol)');
  const bindSocket = bind('int bind(int fd, const void *address, uint32_t length)');
  const setsockopt = bind(
    'int setsockopt(int fd, int level, int option, const void *value, uint32_t length)',
  );
  const send = bind('intptr_t send(int fd, const void *data, size_t length, int flags)');
  const sendto = bind(
    'intptr_t sendto(int fd, const void *data, size_t length, int flags, const void *address, uint32_t size)',
  );
  const recv = bind('intptr_t recv(int fd, void *buffer, size_t length, int flags)');
  const poll = bind('int poll(void *fds, unsigned long count, int timeout)');
  const eventfd = bind('int eventfd(unsigned int initial, int flags)');
  const open = bind('int open(const char *path, int flags)');
  const close = bind('int close(int fd)');
  const ioctl = bind('int ioctl(int fd, unsigned long request, ...)');
  const setns = bind('int setns(int fd, int type)');
  const unshare = bind('int unshare(int flags)');
  const mount = bind(
    'int mount(const char *source, const char *target, const char *type, unsigned long flags, const void *data)',
  );
  const umount = bind('int umount2(const char *target, int flags)');
  return {
    socket: (...values) => checked('socket', socket(...values)),
    bind: (fd, address) => void checked('bind', bindSocket(fd, address, address.length)),
    setsockopt: (fd, level, option, value) =>
      void checked('setsockopt', setsockopt(fd, level, option, value, value.length)),
    send: (fd, data) => void checked('send', send(fd, data, data.length, 0)),
    sendto: (fd, data, address) =>
      void checked('sendto', sendto(fd, data, data.length, 0, address, address.length)),
    recv: (fd, buffer, flags) => checked('recv', recv(fd, buffer, buffer.length, flags)),
    pollReadable: (fds, timeoutMs) => {
      const entries = new DataView(new ArrayBuffer(fds.length * POLLFD_SIZE));
      for (const [index, fd] of fds.entries()) {
        entries.setInt32(index * POLLFD_SIZE, fd, true);
        entries.setInt16(index * POLLFD_SIZE + 4, POLLIN, true);
      }
      checked('poll', poll(new Uint8Array(entries.buffer), fds.length, timeoutMs));
      return fds.map((_, index) => entries.getInt16(index * POLLFD_SIZE + 6, true) !== 0);
    },
    eventfd: () => checked('eventfd', eventfd(0, O_CLOEXEC)),
    open: (path, flags) => checked(`open ${path}`, open(path, flags | O_CLOEXEC)),
    close: (fd) => void checked('close', close(fd)),
    ioctl: (fd, request, argument) => {
      const result =
        typeof argument === 'number'
          ? ioctl(fd, request, 'int', argument)
          : ioctl(fd, request, 'void *', argument);
      checked('ioctl', result);
    },
    setns: (...values) => void checked('setns', setns(...values)),
    unshare: (...values) => void checked('unshare', unshare(...values)),
    mount: (source, target, type, flags) =>
      void checked(`mount on ${target}`, mount(source, target, type, flags, null)),
    umount: (target, flags) => void checked(`umount ${target}`, umount(target, flags)),
  };
}
