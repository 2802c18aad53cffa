import type { IpAddress } from 'netdev-core';
import type { MemoryDhcpServer } from './leasing.js';

/** The address of a name, as the server of a network answers it: guests and further names, with and without domain. */
export function resolveName({ network, leases }: MemoryDhcpServer, name: string): IpAddress | undefined {
  const wanted = name.toLowerCase();
  const known: { name: string; address: IpAddress }[] = [
    ...network.names,
    ...network.hosts.flatMap(({ hostname, addresses }) =>
      hostname === undefined ? [] : addresses.map((address) => ({ name: hostname, address })),
    ),
    ...leases.flatMap(({ hostname, address }) =>
      hostname === undefined ? [] : [{ name: hostname, address }],
    ),
  ];
  const full = (label: string): string =>
    network.domain === undefined || label.includes('.') ? label : `${label}.${network.domain}`;
  return known.find((entry) => wanted === entry.name || wanted === full(entry.name))?.address;
}
