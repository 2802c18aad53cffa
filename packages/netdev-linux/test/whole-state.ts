import { ipAll, ipJson, sh } from './host.js';

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
  for (const name of ['eth0', 'far0', 'eth1', 'far1', 'port0', 'end0', 'port1', 'end1', 'br0']) {
    sh('ip', 'netns', 'exec', namespace, 'sysctl', '-qw', `net.ipv6.conf.${name}.addr_gen_mode=1`);
    sh('ip', '-n', namespace, 'link', 'set', 'dev', name, 'up');
  }
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
  const links = ipJson(namespace, 'link', 'show').map(({ ifname, mtu, flags, master }) => ({
    ifname,
    mtu,
    master,
    up: (flags as string[] | undefined)?.includes('UP'),
  }));
  const addresses = ipJson<{ ifname?: string; addr_info: Record<string, unknown>[] }>(
    namespace,
    'address',
    'show',
  );
  const byName = (one: { ifname?: unknown }, other: { ifname?: unknown }): number =>
    String(one.ifname).localeCompare(String(other.ifname));
  const inAnyOrder = (values: unknown[]): string[] => values.map((value) => JSON.stringify(value)).sort();
  const entries = JSON.parse(
    sh('ip', 'netns', 'exec', namespace, 'bridge', '-json', 'fdb', 'show', 'br', 'br0') || '[]',
  ) as Record<string, unknown>[];
  const routes = (family: string): unknown[] =>
    plain(ipJson(namespace, family, 'route', 'show', 'table', 'all')).filter(
      (route) =>
        !['local', 'broadcast', 'anycast', 'multicast'].includes(String((route as { type?: string }).type)),
    );
  return {
    links: links.filter(({ ifname }) => ifname !== undefined).sort(byName),
    addresses: addresses
      .filter(({ ifname }) => ifname !== undefined)
      .sort(byName)
      .map(({ ifname, addr_info }) => [ifname, plain(addr_info)]),
    routes: routes('-4'),
    routes6: inAnyOrder(routes('-6')),
    rules: [plain(ipJson(namespace, 'rule', 'show')), plain(ipJson(namespace, '-6', 'rule', 'show'))],
    neighbours: inAnyOrder(plain(ipJson(namespace, 'neighbour', 'show', 'nud', 'permanent'))),
    entries: inAnyOrder(plain(entries.filter(({ state }) => state === 'static'))),
  };
}

/** Lifetimes in tens of seconds, so that a second more or less shows nothing. */
function rounded(seconds: number): number {
  return Math.ceil(seconds / 100);
}
