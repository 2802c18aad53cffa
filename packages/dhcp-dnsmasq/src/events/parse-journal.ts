import type { DhcpLease, DhcpLeaseEvent } from 'netdev-core';
import { parseLeaseWords } from '../leases/parse-leases.js';

/** A record of the journal. One that is damaged says as much as the one that says that events are lost. */
export type JournalRecord = { type: DhcpLeaseEvent['type']; lease: DhcpLease } | { type: 'missed' };

const types: Readonly<Record<string, DhcpLeaseEvent['type']>> = {
  add: 'added',
  old: 'renewed',
  del: 'removed',
};

/**
 * Reads a line of the journal, `ACTION HARDWARE ADDRESS NAME CLIENT-ID EXPIRY IAID MAC .` with `-` for what there is
 * none of, or `missed .`; `undefined` for the empty line before each.
 */
export function parseRecord(line: string): JournalRecord | undefined {
  if (line === '') return undefined;
  const [action = '', ...rest] = line.split(' ');
  const [hardware = '', address = '', name = '', clientId = '', expiry = '', iaid = '', mac = '', end] = rest;
  const type = Object.hasOwn(types, action) ? types[action] : undefined;
  if (type === undefined || end !== '.' || rest.length !== 8) return { type: 'missed' };
  const ipv6 = address.includes(':');
  const lease = parseLeaseWords({
    expiry: expiry === '-' ? '0' : expiry,
    // An IPv6 client's DUID takes the place of the hardware address (dnsmasq(8), dhcp-script).
    hardware: ipv6 ? mac : hardware,
    iaid,
    address,
    name,
    clientId: ipv6 ? hardware : clientId,
  });
  return lease === undefined ? { type: 'missed' } : { type, lease };
}
