import type { DhcpLease, IpAddress } from 'netdev-core';
import type { JournalRecord } from '../events/parse-journal.js';
import { parseLeaseLine, parseServerDuid } from './parse-leases.js';

/** The leases of a server in the form of dnsmasq's lease file, and what changes of them. */
export class LeaseTable {
  readonly #serverDuid: string;
  readonly #lines = new Map<IpAddress, string>();

  /** @param serverDuid the server's own, where the text has none: dnsmasq would make another one at each start */
  constructor(text: string, serverDuid: () => string) {
    this.#serverDuid = parseServerDuid(text) ?? serverDuid();
    for (const line of text.split('\n')) {
      const lease = parseLeaseLine(line);
      if (lease !== undefined) this.#lines.set(lease.address, line);
    }
  }

  /** Takes in what the journal says. What it does not know of a client that dnsmasq has to know is no lease. */
  apply(record: JournalRecord): void {
    if (record.type === 'missed') return;
    const { lease, type } = record;
    const line = type === 'removed' ? undefined : leaseLine(lease);
    if (line === undefined) this.#lines.delete(lease.address);
    else this.#lines.set(lease.address, line);
  }

  /** As dnsmasq reads it (lease.c, lease_init). */
  get text(): string {
    return [`duid ${this.#serverDuid}`, ...this.#lines.values()].map((line) => `${line}\n`).join('');
  }
}

/** A line of the lease file; `undefined` for a client without a hardware address of Ethernet, or an IAID. */
function leaseLine(lease: DhcpLease): string | undefined {
  const { address, mac, hostname = '*', clientId = '*', duid = '*', iaid, temporary, expires } = lease;
  const expiry = expires === undefined ? 0 : Math.floor(expires.getTime() / 1000);
  if (address.includes(':')) {
    if (iaid === undefined) return undefined;
    return `${expiry} ${temporary === true ? 'T' : ''}${iaid} ${address} ${hostname} ${duid}`;
  }
  return mac === undefined ? undefined : `${expiry} ${mac} ${address} ${hostname} ${clientId}`;
}
