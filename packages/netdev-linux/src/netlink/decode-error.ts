import { NetDevError } from 'netdev-core';

/** Bytes that are not the netlink message they should be: too short, too long, or a length that points outside. */
export class NetlinkDecodeError extends NetDevError {
  constructor(what: string, detail: string) {
    super('PLATFORM', { operation: 'decode', object: what, detail });
  }
}
