import { inNetwork, isLinkLocal, networkText } from './addressing.js';
import type { Inet, Inet6, NetworkInterface } from './network-interface.js';
import type { Vnet } from './vnet.js';

/** A route that route(8) added. */
export interface StaticRoute {
  family: 'inet' | 'inet6';
  /** `192.0.2.0/24`, and `default` for a length of 0. */
  destination: string;
  gateway: string | undefined;
  link: NetworkInterface;
}

/** A line of what `netstat -rn` shows. */
export interface ShownRoute {
  family: 'inet' | 'inet6';
  destination: string;
  gateway: string;
  flags: string;
  netif: string;
}

/** The networks that an interface is in as long as it is up, and the addresses that are its own. */
function connectedRoutes({ addresses, name, index, up }: NetworkInterface): ShownRoute[] {
  if (!up) return [];
  const gateway = `link#${index}`;
  return addresses.flatMap((address) => {
    const { family } = address;
    const width = family === 'inet' ? 32 : 128;
    const own = { family, destination: scoped(address, name), gateway, flags: 'UHS', netif: 'lo0' };
    if (address.length === width) return [{ ...own, flags: 'UH', netif: name }];
    const zone = isLinkLocal(address.address) ? `%${name}` : '';
    const [network, length] = networkText(address).split('/');
    return [{ family, destination: `${network}${zone}/${length}`, gateway, flags: 'U', netif: name }, own];
  });
}

function scoped({ address }: Inet | Inet6, name: string): string {
  return isLinkLocal(address) ? `${address}%${name}` : address;
}

/** All routes of a stack. A network that two interfaces are in is shown for the first of them only. */
export function shownRoutes(vnet: Vnet): ShownRoute[] {
  const connected = new Map<string, ShownRoute>();
  for (const route of vnet.interfaces.flatMap(connectedRoutes)) {
    const key = `${route.destination} ${route.flags}`;
    if (!connected.has(key)) connected.set(key, route);
  }
  const added = vnet.routes.map(({ family, destination, gateway, link }): ShownRoute => {
    const host = destination.endsWith(family === 'inet' ? '/32' : '/128') ? 'H' : '';
    return {
      family,
      destination: host === 'H' ? destination.slice(0, destination.indexOf('/')) : destination,
      gateway: gateway ?? `link#${link.index}`,
      flags: `U${gateway === undefined ? '' : 'G'}${host}S`,
      netif: link.name,
    };
  });
  return [...added, ...connected.values()];
}

/** The interface that an address is reached by at once. */
export function linkTowards(vnet: Vnet, address: string): NetworkInterface | undefined {
  return vnet.interfaces.find(
    ({ up, addresses }) =>
      up &&
      addresses.some(
        (own) => own.family === (address.includes(':') ? 'inet6' : 'inet') && inNetwork(own, address),
      ),
  );
}

/** Whether a network is there because an address is. */
export function isConnected(vnet: Vnet, destination: string): boolean {
  return shownRoutes(vnet).some((route) => route.destination === destination && !route.flags.includes('S'));
}

/** Routes that lean on an address that went go with it (sys/netinet/in.c, in_ifadown). */
export function dropRoutesBy(vnet: Vnet, link: NetworkInterface, gone: Inet | Inet6): void {
  const stillReached = (gateway: string): boolean => link.addresses.some((own) => inNetwork(own, gateway));
  vnet.routes = vnet.routes.filter(
    (route) =>
      route.link !== link ||
      route.gateway === undefined ||
      !inNetwork(gone, route.gateway) ||
      stillReached(route.gateway),
  );
}

/** The routes by an interface that went. */
export function dropRoutesOver(vnet: Vnet, link: NetworkInterface): void {
  vnet.routes = vnet.routes.filter((route) => route.link !== link);
}
