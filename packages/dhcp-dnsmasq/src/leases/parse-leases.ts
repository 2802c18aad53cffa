import { type DhcpLease, isNetDevError, parseIpAddress, parseMacAddress } from 'netdev-core';

/**
 * Reads dnsmasq's lease file: a line a lease, `EXPIRY MAC ADDRESS NAME CLIENT-ID` with `*` for what
 * there is none of, expiry in seconds since 1970 and 0 for never (lease.c of dnsmasq). Behind a line
 * `duid …` the leases are IPv6, where the MAC's place holds the IAID and the client id is the DUID.
 *
 * A line that is not of this form (the file may be read while it is written, or be damaged) is
 * passed over.
 */
export function parseLeases(text: string): DhcpLease[] {
  const leases: DhcpLease[] = [];
  let ipv6 = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('duid ')) ipv6 = true;
    else {
      const lease = parseLease(line, ipv6);
      if (lease !== undefined) leases.push(lease);
    }
  }
  return leases;
}

function parseLease(line: string, ipv6: boolean): DhcpLease | undefined {
  const words = line.split(' ');
  const [expiry = '', hardware = '', address = '', name = '', clientId = ''] = words;
  if (words.length < 5 || !/^\d{1,12}$/.test(expiry)) return undefined;
  try {
    const given = (text: string): string | undefined =>
      text === '*' || !/^[\x21-\x7e]+$/.test(text) ? undefined : text;
    const lease: DhcpLease = { address: parseIpAddress(address) };
    // A hardware address of another kind than Ethernet has its type in front: `06-aa:bb:…`.
    const mac = ipv6 ? undefined : hardware.replace(/^01-/, '');
    if (mac !== undefined && /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac)) lease.mac = parseMacAddress(mac);
    const hostname = given(name);
    if (hostname !== undefined) lease.hostname = hostname;
    const client = given(clientId);
    if (client !== undefined) lease[ipv6 ? 'duid' : 'clientId'] = client;
    if (Number(expiry) !== 0) lease.expires = new Date(Number(expiry) * 1000);
    return lease;
  } catch (error) {
    if (isNetDevError(error, 'INVALID_ARGUMENT')) return undefined;
    throw error;
  }
}
