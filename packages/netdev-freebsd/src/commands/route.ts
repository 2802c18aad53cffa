import type { InterfaceName, IpAddress, Network } from 'netdev-core';
import { prefixLength } from 'netdev-core';

/** Where a route leads: by a gateway, or else onto a link. */
export interface Way {
  destination: Network;
  via?: IpAddress | undefined;
  link?: InterfaceName | undefined;
}

/** Command lines of route(8). `-n`: no name is looked up. */
export const addRoute = (way: Way): string[] => ['route', '-n', 'add', ...operands(way)];

export const deleteRoute = (way: Way): string[] => ['route', '-n', 'delete', ...operands(way)];

function operands({ destination, via, link }: Way): string[] {
  const isIpv6 = destination.includes(':');
  const isDefault = prefixLength(destination) === 0;
  const target = isDefault ? ['default'] : ['-net', destination];
  if (via === undefined) return [...(isIpv6 ? ['-inet6'] : []), ...target, '-iface', link ?? ''];
  const gateway = via.startsWith('fe80:') && link !== undefined ? `${via}%${link}` : via;
  return [...(isIpv6 ? [isDefault ? '-inet6' : '-6'] : []), ...target, gateway];
}

export const showRoutes = (): string[] => ['netstat', '--libxo', 'json', '-rn'];

/** Numbers and counters of all interfaces, with bytes and what was dropped on the way out. */
export const showInterfaces = (): string[] => ['netstat', '-ibdn', '--libxo', 'json'];

export const monitor = (): string[] => ['route', '-n', 'monitor'];
