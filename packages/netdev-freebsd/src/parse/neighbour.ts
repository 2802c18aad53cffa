import { type Neighbour, parseInterfaceName, parseIpAddress, parseMacAddress } from 'netdev-core';

type Fields = Record<string, unknown>;

/** Reads what `arp -an --libxo json` prints (print_entry of usr.sbin/arp/arp.c): learned ones expire, those that were set do not. */
export function parseArp(text: string): Neighbour[] {
  const { arp } = JSON.parse(text) as { arp?: { 'arp-cache'?: Fields[] } };
  return (arp?.['arp-cache'] ?? []).map((entry) => {
    const mac = entry['mac-address'];
    return neighbour(String(entry['ip-address']), String(entry.interface), {
      mac: mac === undefined ? undefined : String(mac),
      state: mac === undefined ? 'incomplete' : stateOfArp(entry),
      router: false,
    });
  });
}

function stateOfArp({ permanent, expired }: Fields): Neighbour['state'] {
  if (permanent !== undefined) return 'permanent';
  return expired === undefined ? 'reachable' : 'stale';
}

/** The letters of the states (usr.sbin/ndp/ndp.8); any other is none that we know. */
const states: Readonly<Record<string, Neighbour['state']>> = {
  I: 'incomplete',
  R: 'reachable',
  S: 'stale',
  D: 'delay',
  P: 'probe',
};

/** Reads what `ndp -an` prints (dump of usr.sbin/ndp/ndp.c): `NEIGHBOR MAC NETIF EXPIRE STATE [FLAGS] [PROBES]`. */
export function parseNdp(text: string): Neighbour[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', mac = '', link, expires, state, flags = ''] = line.trim().split(/\s+/);
    if (link === undefined || state === undefined || !address.includes(':')) return [];
    return [
      neighbour(address.replace(/%.*$/, ''), link, {
        mac: mac === '(incomplete)' ? undefined : mac,
        state: expires === 'permanent' ? 'permanent' : (states[state] ?? 'none'),
        router: flags.includes('R'),
      }),
    ];
  });
}

function neighbour(
  address: string,
  link: string,
  { mac, state, router }: { mac: string | undefined; state: Neighbour['state']; router: boolean },
): Neighbour {
  return {
    link: parseInterfaceName(link),
    address: parseIpAddress(address),
    ...(mac === undefined ? {} : { mac: parseMacAddress(mac) }),
    state,
    router,
  };
}
