import {
  type Address,
  type Cidr,
  type InterfaceName,
  type IpAddress,
  networkOf,
  parseCidr,
  parseIpAddress,
  withoutAbsent,
} from 'netdev-core';
import type { ShownAddress, ShownInterface } from './ifconfig.js';

/** The addresses of an interface, in the kernel's order. */
export function addressesOf({ name, addresses }: ShownInterface): Address[] {
  const networks = new Set<string>();
  return addresses.map((shown) => {
    const cidr = parseCidr(`${shown.address}/${shown.length}`);
    // FreeBSD knows no secondary addresses: the first of a network is the one that its route leans on.
    const network = networkOf(cidr);
    const secondary = shown.family === 'inet' && networks.has(network);
    networks.add(network);
    return withoutAbsent<Address>({
      link: name as InterfaceName,
      cidr,
      scope: scopeOf(cidr),
      broadcast: broadcastOf(shown),
      peer: undefined,
      label: undefined,
      secondary,
      dynamic: shown.autoconf,
      tentative: shown.tentative,
      noPrefixRoute: undefined,
      validLifetime: undefined,
      preferredLifetime: undefined,
    });
  });
}

function scopeOf(cidr: Cidr): Address['scope'] {
  if (cidr.startsWith('fe80:')) return 'link';
  return cidr.startsWith('127.') || cidr === '::1/128' ? 'host' : 'global';
}

/** Whatever is shown for a network of one or two addresses is none. */
function broadcastOf({ broadcast, length }: ShownAddress): IpAddress | undefined {
  return broadcast === undefined || length >= 31 ? undefined : parseIpAddress(broadcast, 'broadcast', 'ipv4');
}
