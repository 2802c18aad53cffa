import {
  type Cidr,
  contains,
  type GuestIntent,
  type Intent,
  type IpAddress,
  prefixLength,
  type SecurityGroupIntent,
} from 'netdev-core';

/** Guests and security groups by what is asked of them, so that no question goes through all of them. */
export interface GuestIndex {
  /** Takes intents in the place of others. */
  replace(before: readonly Intent[], after: readonly Intent[]): void;
  guest(port: string): GuestIntent | undefined;
  /** The guests that are reached at an address. */
  guestsAt(address: IpAddress): GuestIntent[];
  /** The intents of a group's name. */
  groups(name: string): readonly SecurityGroupIntent[];
  /** The groups with rules that name a group as remote. */
  referring(name: string): Iterable<string>;
  /** The addresses and networks that are in a group. */
  membersOf(name: string): string[];
}

export function createGuestIndex(): GuestIndex {
  const guests = new Map<string, GuestIntent>();
  const portsIn = createMultimap<string>();
  const portsAt = createMultimap<string>();
  /** Guests that are reached at whole networks. */
  const routing = new Map<string, GuestIntent>();
  const groups = createMultimap<SecurityGroupIntent>();
  const referring = createMultimap<SecurityGroupIntent>();

  const take = (intent: Intent, change: 'add' | 'remove'): void => {
    if (intent.kind === 'security-group') {
      groups[change](intent.name, intent);
      for (const remote of remoteGroups(intent)) referring[change](remote, intent);
    }
    if (intent.kind !== 'guest') return;
    const { port, securityGroups, addresses } = intent;
    if (change === 'add') guests.set(port, intent);
    else guests.delete(port);
    for (const group of securityGroups) portsIn[change](group, port);
    for (const address of addresses) if (isHost(address)) portsAt[change](address, port);
    if (addresses.every(isHost)) return;
    if (change === 'add') routing.set(port, intent);
    else routing.delete(port);
  };

  return {
    replace(before, after) {
      for (const intent of before) take(intent, 'remove');
      for (const intent of after) take(intent, 'add');
    },
    guest: (port) => guests.get(port),
    guestsAt(address) {
      const ports = portsAt.get(hostNetwork(address));
      const byHost = [...ports].flatMap((port) => guests.get(port) ?? []);
      const byNetwork = [...routing.values()].filter(
        (guest) => !byHost.includes(guest) && includes(guest.addresses, address),
      );
      return [...byHost, ...byNetwork];
    },
    groups: (name) => [...groups.get(name)],
    referring: (name) => new Set([...referring.get(name)].map((group) => group.name)),
    membersOf: (name) => [
      ...[...groups.get(name)].flatMap(({ members = [] }) => members),
      ...[...portsIn.get(name)].flatMap((port) => guests.get(port)?.addresses ?? []),
    ],
  };
}

/** Whether an address is one of these, or in one of these networks. */
export function includes(networks: readonly string[], address: IpAddress): boolean {
  return networks.some((network) => contains(network as Cidr, address));
}

/** The network of one address alone. */
export function hostNetwork(address: IpAddress): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

export function isHost(network: string): boolean {
  return prefixLength(network as Cidr) === (network.includes(':') ? 128 : 32);
}

function remoteGroups({ rules }: SecurityGroupIntent): Set<string> {
  return new Set(rules.flatMap(({ remote }) => (typeof remote === 'object' ? [remote.group] : [])));
}

function createMultimap<Value>() {
  const entries = new Map<string, Set<Value>>();
  return {
    get: (key: string): ReadonlySet<Value> => entries.get(key) ?? new Set(),
    add(key: string, value: Value): void {
      const present = entries.get(key);
      if (present === undefined) entries.set(key, new Set([value]));
      else present.add(value);
    },
    remove(key: string, value: Value): void {
      const present = entries.get(key);
      present?.delete(value);
      if (present?.size === 0) entries.delete(key);
    },
  };
}
