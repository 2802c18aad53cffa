import {
  InvalidArgumentError,
  isNetDevError,
  parseHostName,
  parseInteger,
  parseIpAddress,
} from 'netdev-core';
import type { HeldLease, LeaseEvent } from './lease-handler.js';

/** An address has six bytes on Ethernet and at most 16 elsewhere (DHCP_CHADDR_MAX of dnsmasq); its type is hex in front. */
const HARDWARE = /^(?:[0-9a-f]{2}-)?[0-9a-f]{2}(?::[0-9a-f]{2}){0,15}$/;
/** An option of DHCP has at most 255 bytes (RFC 2132, 2). */
const CLIENT_ID = /^[0-9a-f]{2}(?::[0-9a-f]{2}){0,254}$/;
/** Of a 64-bit time; more would not be whole numbers. */
const LAST_SECOND = Number.MAX_SAFE_INTEGER;

/**
 * Reads a lease. A name and a client id that are none are left out, since the guest chose them and holds
 * the lease without them too.
 *
 * @throws InvalidArgumentError naming the part
 */
export function parseLease(value: unknown, field = 'lease'): HeldLease {
  if (typeof value !== 'object' || value === null) throw new InvalidArgumentError(field, value, 'a lease');
  const part = (name: string): unknown => Reflect.get(value, name) ?? undefined;
  const lease: HeldLease = {
    address: parseIpAddress(part('address'), `${field}.address`, 'ipv4'),
    mac: parseHardware(part('mac'), `${field}.mac`),
  };
  const hostname = hostnameOf(part('hostname'));
  const clientId = lowerCase(part('clientId'));
  const expires = part('expires');
  if (hostname !== undefined) lease.hostname = hostname;
  if (clientId !== undefined && CLIENT_ID.test(clientId)) lease.clientId = clientId;
  if (expires !== undefined) {
    lease.expires = parseInteger(expires, `${field}.expires`, 0, LAST_SECOND, 'seconds since 1970');
  }
  return lease;
}

/** @throws InvalidArgumentError; not for one lease left out: a server would forget that one */
export function parseLeases(value: unknown, field = 'leases'): HeldLease[] {
  if (!Array.isArray(value)) throw new InvalidArgumentError(field, value, 'a list of leases');
  return value.map((entry, index) => parseLease(entry, `${field}[${index}]`));
}

/** Reads an event that was noted down. @throws InvalidArgumentError */
export function parseLeaseEvent(value: unknown): LeaseEvent {
  const part = (name: string): unknown => (Object(value) === value ? Reflect.get(Object(value), name) : null);
  const event: LeaseEvent = {
    action: parseAction(part('action')),
    id: parseText(part('id'), 'id'),
    time: parseText(part('time'), 'time'),
    network: parseText(part('network'), 'network'),
    lease: parseLease(part('lease')),
  };
  const device = part('interface');
  return device === undefined ? event : { ...event, interface: parseText(device, 'interface') };
}

function parseAction(value: unknown): LeaseEvent['action'] {
  if (value === 'add' || value === 'old' || value === 'del') return value;
  throw new InvalidArgumentError('action', value, 'add, old or del');
}

function parseText(value: unknown, field: string): string {
  if (typeof value === 'string') return value;
  throw new InvalidArgumentError(field, value, 'a text');
}

function parseHardware(value: unknown, field: string): string {
  const text = lowerCase(value);
  if (text !== undefined && HARDWARE.test(text)) return text;
  throw new InvalidArgumentError(field, value, 'a hardware address (pairs of hex digits: 02:00:5e:10:00:01)');
}

function hostnameOf(value: unknown): string | undefined {
  try {
    return parseHostName(value);
  } catch (error) {
    if (isNetDevError(error, 'INVALID_ARGUMENT')) return undefined;
    throw error;
  }
}

function lowerCase(value: unknown): string | undefined {
  return typeof value === 'string' ? value.toLowerCase() : undefined;
}
