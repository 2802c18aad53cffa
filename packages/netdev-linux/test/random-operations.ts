import type { LinkSpec, NetDevOperation } from 'netdev-core';

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const newPair: LinkSpec = {
  ...{ kind: 'veth', name: 'new0', mac: '02:00:00:00:01:10', up: true },
  peer: { name: 'new1', mac: '02:00:00:00:01:11', up: true },
};

/** Operations of all kinds that a batch plans, about a few links, networks and entries, so that they meet each other. */
export function randomOperations(random: () => number, count: number): NetDevOperation[] {
  const one = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const maybe = <T extends object>(value: T): T | object => (random() < 0.4 ? value : {});
  const link = () => one('eth0', 'eth1', 'port0', 'new0');
  const cidr = () =>
    one(
      '10.0.1.1/24',
      '10.0.1.2/24',
      '10.0.2.1/24',
      '10.0.3.1/32',
      '10.0.4.1/30',
      '2001:db8:1::1/64',
      '2001:db8:2::1/64',
      '2001:db8:1::2/64',
    );
  const address = () => {
    const chosen = cidr();
    const v4 = {
      ...maybe({ broadcast: null }),
      ...maybe({ scope: 'link' as const }),
    };
    // Not of IPv6: Linux 6.18 gives the network's route an end in the past when they change, and drops it some time.
    const lifetimes = maybe({ validLifetime: 5000, preferredLifetime: 4000 });
    return {
      cidr: chosen,
      ...(chosen.includes(':') ? { skipDuplicateDetection: true } : { ...v4, ...lifetimes }),
    };
  };
  const route = () => {
    const way = one<object>(
      { via: '10.0.1.9' },
      { via: '10.0.2.9', link: link() },
      { link: link() },
      { via: '10.9.9.9', link: link(), onLink: true },
      { kind: 'blackhole' },
      {
        nextHops: [
          { via: '10.0.1.7', link: 'eth0' },
          { via: '10.0.2.7', link: 'eth1' },
        ],
      },
    );
    const ipv6 = one<object>({ via: '2001:db8:1::9' }, { link: link() }, { kind: 'unreachable' });
    const rest = { ...maybe({ metric: one(5, 7) }), ...maybe({ table: 100 }), ...maybe({ mtu: 1300 }) };
    return random() < 0.7
      ? { destination: one('10.20.0.0/16', '10.21.0.0/16', '10.0.1.0/24', 'default'), ...way, ...rest }
      : { destination: one('2001:db8:20::/48', '2001:db8:1::/64'), ...ipv6, ...rest };
  };
  const rule = () => ({
    ...one<object>({ from: '10.0.1.0/24' }, { to: '10.20.0.0/16' }, { mark: 7 }, { inputLink: 'eth0' }),
    ...one<object>({ table: 100 }, { table: 101 }, { action: 'prohibit' }),
    ...maybe({ priority: one(1000, 1001) }),
  });
  const mac = () => one('02:00:00:00:00:01', '02:00:00:00:00:02', '02:00:00:00:00:03');
  const operation = (): NetDevOperation => {
    switch (one('address', 'address', 'route', 'route', 'neighbour', 'entry', 'rule', 'link', 'link')) {
      case 'address': {
        if (random() < 0.65) return { do: 'add-address', spec: { link: link(), ...address() } };
        return { do: 'delete-address', link: link(), cidr: cidr() };
      }
      case 'route':
        return { do: random() < 0.65 ? 'add-route' : 'delete-route', spec: route() };
      case 'neighbour': {
        const about = { link: link(), address: one('10.0.1.50', '10.0.1.51', '2001:db8:1::50') };
        if (random() < 0.65) return { do: 'add-neighbour', spec: { ...about, mac: mac() } };
        return { do: 'delete-neighbour', ...about };
      }
      case 'entry': {
        const spec = { link: one('port0', 'port1'), mac: mac() };
        return { do: random() < 0.65 ? 'add-forwarding-entry' : 'delete-forwarding-entry', spec };
      }
      case 'rule':
        return { do: random() < 0.65 ? 'add-routing-rule' : 'delete-routing-rule', spec: rule() };
      default:
        return one<NetDevOperation>(
          { do: 'create-link', spec: newPair },
          { do: 'delete-link', name: 'new0' },
          { do: 'update-link', name: one('eth0', 'eth1', 'new0'), changes: { up: one(true, false) } },
          { do: 'update-link', name: 'eth1', changes: { up: true } },
          { do: 'update-link', name: 'eth0', changes: { mtu: one(1400, 1500) } },
          { do: 'update-link', name: 'port0', changes: { master: one('br0', null) } },
          { do: 'update-link', name: 'eth1', changes: { name: 'eth9' } },
          { do: 'update-link', name: 'eth9', changes: { name: 'eth1' } },
        );
    }
  };
  return Array.from({ length: count }, operation);
}
