import type { OperationOptions } from 'netdev-core';
import type { Answer, AnswerEnd } from './netlink/index.js';

/** What a tap or tun device is made with, or given later (linux/if_tun.h). */
export interface TapRequest {
  kind: 'tap' | 'tun';
  name: string;
  multiQueue: boolean;
  owner?: number | undefined;
  group?: number | undefined;
  /** One that is there, with what goes before its packets, which stays so; left out: it is to be made. */
  present?: { packetInformation: boolean; virtioHeader: boolean } | undefined;
}

/** Something to be asked of the kernel: an encoded rtnetlink request, or a tap device that is to be made and stay, or be somebody's. */
export type KernelRequest = Uint8Array | { tap: TapRequest };

/** An address that is told to the neighbours of a link. */
export interface Announcement {
  linkIndex: number;
  /** The link's own address, as text. */
  mac: string;
  address: string;
  count: number;
  intervalMs: number;
}

/** What a subscription to the kernel's groups gives: a message, or the mark that some were lost (ENOBUFS). */
export type KernelNotice = { type: number; payload: Uint8Array } | 'overrun';

/**
 * The kernel of one network namespace: the seam between what a driver wants and the thread that
 * asks for it. An error number is part of an answer; what is thrown says that no answer could be had.
 */
export interface Kernel {
  /** Before something that is done elsewhere than in the thread. @throws ClosedError, AbortedError */
  assertUsable(attempt: { operation: string; object: string }, options?: OperationOptions): void;
  /**
   * Asks in order, rtnetlink requests next to each other in one send, and waits for the answer to each. The
   * sequence numbers are set here; each request has to ask for an acknowledgement or a dump.
   * @throws TimeoutError, AbortedError (then nothing was asked), ClosedError
   */
  exchange(requests: readonly KernelRequest[], options?: OperationOptions): Promise<Answer[]>;
  /**
   * Asks for a dump and hands on what each message tells, while the kernel still tells more. Gives the rest of the
   * program its turns. The payload is valid after the call too.
   * @throws the same, and what `take` throws
   */
  dump(
    request: Uint8Array,
    take: (payload: Uint8Array) => void,
    options?: OperationOptions,
  ): Promise<AnswerEnd>;
  /** The text of a file below /proc/sys: `net/ipv4/ip_forward`. */
  readSysctl(path: string, options?: OperationOptions): Promise<string>;
  writeSysctl(path: string, value: string, options?: OperationOptions): Promise<void>;
  announce(announcement: Announcement, options?: OperationOptions): Promise<void>;
  /** Takes the name of a namespace away; says whether there was one. */
  deleteNamespace(name: string, options?: OperationOptions): Promise<boolean>;
  /**
   * Notices of links, addresses, routes and neighbours from now on: what is changed through this
   * object from here on is among them.
   */
  subscribe(options?: OperationOptions): AsyncIterableIterator<KernelNotice>;
  close(): Promise<void>;
}
