import { type Program, type ProgramCall, printed } from './command.js';
import { flagsOf } from './ifconfig/show.js';
import { NotCoveredError } from './not-covered.js';
import { type ShownRoute, shownRoutes } from './routing-table.js';

/** netstat(1): the routes, as text or as JSON, and the interfaces as JSON. */
export const netstat: Program = (call) => {
  switch (call.argv.slice(1).join(' ')) {
    case '-rn':
      return printed(routesText(call, ['inet', 'inet6']));
    case '-rn -f inet':
      return printed(routesText(call, ['inet']));
    case '-rn -f inet6':
      return printed(routesText(call, ['inet6']));
    case '--libxo json -rn':
      return printed(routesJson(call));
    case '-ibdn --libxo json':
      return printed(interfacesJson(call));
    default:
      throw new NotCoveredError(call.argv, 'these options');
  }
};

const families = { inet: 'Internet', inet6: 'Internet6' } as const;

function routesText({ vnet }: ProgramCall, wanted: readonly ('inet' | 'inet6')[]): string {
  const columns = ({ destination, gateway, flags, netif }: Record<keyof ShownRoute, string>): string =>
    `${destination.padEnd(18)} ${gateway.padEnd(18)} ${flags.padEnd(7)} ${netif.padStart(10)}`;
  const head = { destination: 'Destination', gateway: 'Gateway', flags: 'Flags', netif: 'Netif', family: '' };
  const parts = wanted.map((family) => {
    const lines = shownRoutes(vnet).filter((route) => route.family === family);
    return `\n${families[family]}:\n${[`${columns(head)} Expire`, ...lines.map(columns)].join('\n')}\n`;
  });
  return `Routing tables\n${parts.join('')}`;
}

/** `.statistics."route-information"."route-table"."rt-family"[]`. */
function routesJson({ vnet }: ProgramCall): string {
  const family = (name: 'inet' | 'inet6') => ({
    'address-family': families[name],
    'rt-entry': shownRoutes(vnet)
      .filter((route) => route.family === name)
      .map(({ destination, gateway, flags, netif }) => ({
        destination,
        gateway,
        flags,
        'interface-name': netif,
      })),
  });
  return `${JSON.stringify({
    statistics: {
      'route-information': { 'route-table': { 'rt-family': [family('inet'), family('inet6')] } },
    },
  })}\n`;
}

/**
 * One entry an interface, and further ones an address (usr.bin/netstat/if.c, intpr). With -d what is dropped on the way out
 * stands behind the rest, by the name that what is dropped on the way in has, too. Nothing is counted here.
 */
function interfacesJson({ vnet, kernel }: ProgramCall): string {
  const counters = {
    'received-packets': 0,
    'received-errors': 0,
    'dropped-packets': 0,
    'received-bytes': 0,
    'sent-packets': 0,
    'send-errors': 0,
    'sent-bytes': 0,
    collisions: 0,
    'dropped-packets (sent)': 0,
  };
  const entries = vnet.interfaces.flatMap((link) => {
    const { name, mtu, index, mac, addresses } = link;
    const flags = `0x${flagsOf(kernel, vnet, link).toString(16)}`;
    return [
      { name, flags, mtu, network: `<Link#${index}>`, address: mac ?? name, ...counters },
      ...addresses.map(({ address, length }) => ({
        name,
        flags,
        network: `${address}/${length}`,
        address,
        'received-packets': 0,
        'received-bytes': 0,
        'sent-packets': 0,
        'sent-bytes': 0,
      })),
    ];
  });
  return `${JSON.stringify({ statistics: { interface: entries } }).replaceAll(' (sent)', '')}\n`;
}
