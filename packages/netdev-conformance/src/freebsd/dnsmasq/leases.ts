/** An address that somebody holds. */
export interface DnsmasqLease {
  /** Seconds since 1970. */
  expires: number;
  mac: string;
  address: string;
  hostname: string | undefined;
  clientId: string;
}

/** Reads the file of leases: `EXPIRES MAC ADDRESS NAME CLIENT-ID`, `*` for a name that there is none of (lease.c of dnsmasq). */
export function readLeases(text: string): DnsmasqLease[] {
  return text.split('\n').flatMap((line) => {
    const [expires = '', mac = '', address = '', name = '', clientId] = line.split(' ');
    if (clientId === undefined) return [];
    return [{ expires: Number(expires), mac, address, hostname: name === '*' ? undefined : name, clientId }];
  });
}

export function showLeases(leases: readonly DnsmasqLease[]): string {
  return leases
    .map(
      ({ expires, mac, address, hostname, clientId }) =>
        `${[expires, mac, address, hostname ?? '*', clientId].join(' ')}\n`,
    )
    .join('');
}
