/** A line of the routing table. */
export interface ShownRoute {
  family: 'inet' | 'inet6';
  destination: string;
  gateway: string;
  flags: string;
  netif: string;
}

type Fields = Record<string, unknown>;

/** The numbers of the interfaces by name, out of `netstat -ibn --libxo json`; entries of addresses have none. */
export function parseIndexes(text: string): ReadonlyMap<string, number> {
  const entries = list(object(object(JSON.parse(text)).statistics).interface);
  const numbered = entries.map(({ name, network }): [string, number] => [
    String(name),
    Number(/^<Link#(\d+)>$/.exec(String(network))?.[1] ?? 0),
  ]);
  return new Map(numbered.filter(([, index]) => index > 0));
}

/** Reads what `netstat --libxo json -rn` prints. */
export function parseRoutes(text: string): ShownRoute[] {
  const information = object(object(object(JSON.parse(text)).statistics)['route-information']);
  return list(object(information['route-table'])['rt-family']).flatMap((family) => {
    const name = family['address-family'] === 'Internet6' ? 'inet6' : 'inet';
    if (name === 'inet' && family['address-family'] !== 'Internet') return [];
    return list(family['rt-entry']).map((entry) => ({
      family: name,
      destination: String(entry.destination),
      gateway: String(entry.gateway),
      flags: String(entry.flags),
      netif: String(entry['interface-name']),
    }));
  });
}

function object(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(object) : [];
}
