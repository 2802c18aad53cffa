import { PlatformError } from 'netdev-core';
import { createHostFiles } from 'netdev-exec';
import type { HeldLease, LeaseEvent } from './lease-handler.js';
import { parseLeases } from './parse-lease.js';

const files = createHostFiles();

/** The leases of a network as they were told last, in a file that is replaced in one step. */
export class KnownLeases {
  constructor(readonly path: string) {}

  /**
   * `undefined` when nothing was ever told.
   *
   * @throws PlatformError when the file cannot be read or is damaged: half a list would be worse than none
   */
  async read(): Promise<HeldLease[] | undefined> {
    const text = await files.read(this.path);
    if (text === undefined) return undefined;
    try {
      return parseLeases(JSON.parse(text));
    } catch (cause) {
      const detail = `it is damaged: ${(cause as Error).message}`;
      throw new PlatformError({
        operation: 'read the leases known last from',
        object: this.path,
        detail,
        cause,
      });
    }
  }

  async replace(leases: readonly HeldLease[]): Promise<void> {
    const lines = leases.map((lease) => JSON.stringify(lease)).join(',\n');
    await files.write(this.path, `[${lines}]\n`, { mode: 0o600 });
  }

  /** Takes an event into account. */
  async update(event: LeaseEvent): Promise<void> {
    await this.replace(leasesAfter((await this.read()) ?? [], event));
  }
}

/** The leases of a network after an event: at most one of each address. */
function leasesAfter(leases: readonly HeldLease[], { action, lease }: LeaseEvent): HeldLease[] {
  const others = leases.filter(({ address }) => address !== lease.address);
  return action === 'del' ? others : [...others, lease];
}
