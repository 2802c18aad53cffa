/** Command lines of arp(8) and ndp(8). By which link a neighbour is, they find out by its address. */

/** IPv4, with the host's own addresses among them. */
export const showArp = (): string[] => ['arp', '-an', '--libxo', 'json'];

/** The same for IPv6. */
export const showNdp = (): string[] => ['ndp', '-an'];

/** To stay: the entry is permanent unless `temp` is said. */
export const setNeighbour = (where: Where, mac: string): string[] => [
  program(where),
  '-s',
  zoned(where),
  mac,
];

export const deleteNeighbour = (where: Where): string[] => [program(where), '-d', zoned(where)];

interface Where {
  address: string;
  link: string;
}

function program({ address }: Where): string {
  return address.includes(':') ? 'ndp' : 'arp';
}

function zoned({ address, link }: Where): string {
  return address.startsWith('fe80:') ? `${address}%${link}` : address;
}
