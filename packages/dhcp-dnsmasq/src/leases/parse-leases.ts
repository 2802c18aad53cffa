import { type DhcpLease, ipFamily, isNetDevError, parseIpAddress, parseMacAddress } from 'netdev-core';

/** The words of which dnsmasq makes a lease, in its file and for its script. */
export interface LeaseWords {
  /** Seconds since 1970, 0 for never. */
  expiry: string;
  /** The client's hardware address. */
  hardware: string;
  /** IPv6: the IAID in decimal, behind a `T` for a temporary address. */
  iaid: string;
  address: string;
  name: string;
  /** IPv6: the client's DUID. */
  clientId: string;
}

/**
 * Reads dnsmasq's lease file: a line a lease, `EXPIRY MAC ADDRESS NAME CLIENT-ID` with `*` for what
 * there is none of, expiry in seconds since 1970 and 0 for never (lease.c of dnsmasq). Behind a line
 * `duid …`, which has the server's own, the leases are IPv6: there the IAID takes the MAC's place, with a `T` before
 * it for a temporary address, and the client id is the DUID.
 *
 * A line that is not of this form (the file may be read while it is written, or be damaged) is
 * passed over.
 */
export function parseLeases(text: string): DhcpLease[] {
  return text.split('\n').flatMap((line) => {
    const lease = parseLeaseLine(line);
    return lease === undefined ? [] : [lease];
  });
}

/** The lease of one line; `undefined` for any other line. */
export function parseLeaseLine(line: string): DhcpLease | undefined {
  const words = line.split(' ');
  const [expiry = '', hardware = '', address = '', name = '', clientId = ''] = words;
  if (words.length < 5) return undefined;
  return parseLeaseWords({ expiry, hardware, iaid: hardware, address, name, clientId });
}

/** The server's own DUID, as it stands in its lease file once it has served IPv6: hex bytes joined by colons. */
export function parseServerDuid(text: string): string | undefined {
  return /^duid ([0-9a-f]{2}(?::[0-9a-f]{2}){0,129})$/im.exec(text)?.[1];
}

/** The lease of these words; `undefined` when they are none. */
export function parseLeaseWords(words: LeaseWords): DhcpLease | undefined {
  if (!/^\d{1,12}$/.test(words.expiry)) return undefined;
  try {
    const lease: DhcpLease = { address: parseIpAddress(words.address) };
    const ipv6 = ipFamily(lease.address) === 'ipv6';
    // A hardware address of another kind than Ethernet has its type in front: `06-aa:bb:…`.
    const mac = words.hardware.replace(/^01-/, '');
    if (/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) lease.mac = parseMacAddress(mac);
    // Named by the guest. dnsmasq lets only such names through; this does not rely on it.
    if (/^[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,253}[A-Za-z0-9_])?$/.test(words.name)) lease.hostname = words.name;
    if (/^[0-9a-f]{2}(?::[0-9a-f]{2})*$/i.test(words.clientId)) {
      lease[ipv6 ? 'duid' : 'clientId'] = words.clientId;
    }
    if (ipv6) Object.assign(lease, identityOf(words.iaid));
    if (Number(words.expiry) !== 0) lease.expires = new Date(Number(words.expiry) * 1000);
    return lease;
  } catch (error) {
    if (isNetDevError(error, 'INVALID_ARGUMENT')) return undefined;
    throw error;
  }
}

function identityOf(word: string): Pick<DhcpLease, 'iaid' | 'temporary'> {
  const [, temporary, digits] = /^(T?)(\d{1,10})$/.exec(word) ?? [];
  const iaid = Number(digits);
  if (digits === undefined || iaid > 0xffff_ffff) return {};
  return temporary === 'T' ? { iaid, temporary: true } : { iaid };
}
