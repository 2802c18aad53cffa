import { ipAll, ipJsonAll, sh } from './host.js';

/** Links, as a person would make them, that random operations are about. */
export function makeLinks(namespace: string): void {
  ipAll(
    namespace,
    `link add name eth0 address 02:00:00:00:01:00 type veth peer name far0 address 02:00:00:00:01:01
     link add name eth1 address 02:00:00:00:01:02 type veth peer name far1 address 02:00:00:00:01:03
     link add name port0 address 02:00:00:00:01:04 type veth peer name end0 address 02:00:00:00:01:05
     link add name port1 address 02:00:00:00:01:06 type veth peer name end1 address 02:00:00:00:01:07
     link add name br0 address 02:00:00:00:01:08 type bridge
     link set dev port0 master br0
     link set dev port1 master br0`,
  );
  const names = ['eth0', 'far0', 'eth1', 'far1', 'port0', 'end0', 'port1', 'end1', 'br0'];
  const settings = names.map((name) => `net.ipv6.conf.${name}.addr_gen_mode=1`);
  sh('ip', 'netns', 'exec', namespace, 'sysctl', '-qw', ...settings);
  ipAll(namespace, names.map((name) => `link set dev ${name} up`).join('\n'));
}

/** What iproute2 shows of a namespace, without numbers of links and without what runs down or settles by itself. */
export function wholeState(namespace: string): Record<string, unknown> {
  const passing = [
    'ifindex',
    'link_index',
    'expires',
    'used',
    'updated',
    'confirmed',
    'probes',
    'refcnt',
    'cache',
    'tentative',
  ];
  const plain = (entries: Record<string, unknown>[]): unknown[] =>
    entries.map((entry) =>
      Object.fromEntries(
        Object.entries(entry)
          .filter(([field]) => !passing.includes(field))
          .map(([field, value]) => [field, field.endsWith('life_time') ? rounded(value as number) : value]),
      ),
    );
  const [allLinks = [], addresses = [], neighbours = []] = ipJsonAll(namespace, [
    'link show',
    'address show',
    'neighbour show nud permanent',
  ]);
  const links = allLinks.map(({ ifname, mtu, flags, master }) => ({
    ifname,
    mtu,
    master,
    up: (flags as string[] | undefined)?.includes('UP'),
  }));
  const byName = (one: { ifname?: unknown }, other: { ifname?: unknown }): number =>
    String(one.ifname).localeCompare(String(other.ifname));
  const inAnyOrder = (values: unknown[]): string[] => values.map((value) => JSON.stringify(value)).sort();
  const entries = JSON.parse(
    sh('bridge', '-n', namespace, '-json', 'fdb', 'show', 'br', 'br0') || '[]',
  ) as Record<string, unknown>[];
  const ofFamily = (family: string): { routes: unknown[]; rules: unknown[] } => {
    const [routes = [], rules = []] = ipJsonAll(namespace, ['route show table all', 'rule show'], [family]);
    const fromKernel = ['local', 'broadcast', 'anycast', 'multicast'];
    return {
      routes: plain(routes.filter(({ type }) => !fromKernel.includes(String(type)))),
      rules: plain(rules),
    };
  };
  const [v4, v6] = [ofFamily('-4'), ofFamily('-6')];
  return {
    links: links.filter(({ ifname }) => ifname !== undefined).sort(byName),
    addresses: addresses
      .filter(({ ifname }) => ifname !== undefined)
      .sort(byName)
      .map(({ ifname, addr_info }) => [ifname, plain(addr_info as Record<string, unknown>[])]),
    routes: v4.routes,
    routes6: inAnyOrder(v6.routes),
    rules: [v4.rules, v6.rules],
    neighbours: inAnyOrder(plain(neighbours)),
    entries: inAnyOrder(plain(entries.filter(({ state }) => state === 'static'))),
  };
}

/** Lifetimes in tens of seconds, so that a second more or less shows nothing. */
function rounded(seconds: number): number {
  return Math.ceil(seconds / 100);
}
