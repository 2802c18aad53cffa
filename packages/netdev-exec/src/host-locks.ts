import type { OperationOptions } from 'netdev-core';

/**
 * The one seam through which drivers keep others out while they change something that the whole host
 * has once: the rule set, a bridge, a DHCP server's files.
 */
export interface HostLocks {
  /**
   * Runs `work` while nobody else, here or in another process, has the lock of this name. Those who
   * wait here come on in their order.
   *
   * @param name 1 to 100 of `A-Z a-z 0-9 _ . -`
   * @throws InvalidArgumentError for a name that is none; BusyError when it was not to be had in time, or
   *   was lost while the work was done; AbortedError while it waits
   */
  hold<Result>(name: string, work: () => Promise<Result>, options?: OperationOptions): Promise<Result>;
}
