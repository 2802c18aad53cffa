import type { HeldLease, LeaseEvent } from '../../src/dhcpbridge/lease-handler.js';

/** The lease of the guest with this number. */
export function leaseOf(guest: number): HeldLease {
  return { address: `10.0.0.${guest}`, mac: `02:00:00:00:00:0${guest}`, expires: 1_800_000_000 };
}

export function eventOf(guest: number, action: LeaseEvent['action'] = 'add'): LeaseEvent {
  const id = `${action}-${guest}`;
  return { action, id, time: '2026-01-02T03:04:05.000Z', network: '7', lease: leaseOf(guest) };
}
