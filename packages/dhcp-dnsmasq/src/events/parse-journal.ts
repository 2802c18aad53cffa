import type { DhcpLease, DhcpLeaseEvent } from 'netdev-core';
import { parseLeaseWords } from '../leases/parse-leases.js';

/** A line of the journal. */
export interface JournalEntry {
  /** Counts up by one with every event of a server. */
  number: number;
  type: DhcpLeaseEvent['type'];
  lease: DhcpLease;
}

const types: Readonly<Record<string, DhcpLeaseEvent['type']>> = {
  add: 'added',
  old: 'renewed',
  del: 'removed',
};

/**
 * Reads lines of the journal, `NUMBER ACTION MAC ADDRESS NAME CLIENT-ID EXPIRY` with `-` for what there is
 * none of. Others, and a last one without its end, are passed over.
 */
export function parseJournal(text: string): JournalEntry[] {
  return text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      const entry = parseEntry(line.split(' '));
      return entry === undefined ? [] : [entry];
    });
}

function parseEntry(words: readonly string[]): JournalEntry | undefined {
  const [number = '', action = '', ...rest] = words;
  const [hardware = '', address = '', name = '', clientId = '', expiry = ''] = rest;
  const type = Object.hasOwn(types, action) ? types[action] : undefined;
  if (rest.length !== 5 || type === undefined || !/^[1-9]\d{0,15}$/.test(number)) return undefined;
  const lease = parseLeaseWords({
    expiry: expiry === '-' ? '0' : expiry,
    hardware,
    address,
    name,
    // An IPv6 client's DUID takes the place of the MAC (dnsmasq(8), dhcp-script).
    clientId: address.includes(':') ? hardware : clientId,
  });
  return lease === undefined ? undefined : { number: Number(number), type, lease };
}
