import {
  type InterfaceName,
  type IpAddress,
  type Network,
  parseIpAddress,
  parseNetwork,
  type Route,
  withoutAbsent,
} from 'netdev-core';
import type { ShownRoute } from './netstat.js';

/** The number of the main routing table in the contract; FreeBSD calls it FIB 0. */
export const MAIN_TABLE = 254;

/** The routes of the main table. Those to the host's own addresses are not among them, as on Linux. */
export function routesOf(shown: readonly ShownRoute[]): Route[] {
  return shown.flatMap((one): Route[] => {
    const destination = destinationOf(one);
    if (destination === undefined || isOwnAddress(one)) return [];
    const kind = one.flags.includes('B') ? 'blackhole' : one.flags.includes('R') ? 'unreachable' : 'unicast';
    const via = kind === 'unicast' ? gatewayOf(one) : undefined;
    return [
      withoutAbsent<Route>({
        destination,
        kind,
        via,
        link: kind === 'unicast' ? (one.netif as InterfaceName) : undefined,
        source: undefined,
        metric: 0,
        table: MAIN_TABLE,
        scope: via === undefined && kind === 'unicast' && one.family === 'inet' ? 'link' : 'global',
        protocol: protocolOf(one),
        onLink: false,
        nextHops: undefined,
        mtu: undefined,
      }),
    ];
  });
}

/** `link#N` with the flags UHS on the loopback interface. */
function isOwnAddress({ flags, gateway, netif }: ShownRoute): boolean {
  return flags.includes('H') && gateway.startsWith('link#') && /^lo\d+$/.test(netif);
}

/** What cannot be read as a network is nothing that this driver could change. */
function destinationOf({ destination, family }: ShownRoute): Network | undefined {
  if (destination === 'default') return parseNetwork(family === 'inet' ? '0.0.0.0/0' : '::/0');
  try {
    return parseNetwork(destination.replace(/%[^/]*/, ''));
  } catch {
    return undefined;
  }
}

function gatewayOf({ gateway, flags }: ShownRoute): IpAddress | undefined {
  if (!flags.includes('G')) return undefined;
  try {
    return parseIpAddress(gateway.replace(/%.*$/, ''));
  } catch {
    return undefined;
  }
}

/** Who made it, as far as its flags tell: S stands for somebody, D for a redirect, 1 to 3 for a routing daemon. */
function protocolOf({ flags }: ShownRoute): string {
  if (flags.includes('S')) return 'static';
  if (flags.includes('D')) return 'redirect';
  const daemon = /[123]/.exec(flags)?.[0];
  return daemon === undefined ? 'kernel' : `proto${daemon}`;
}
