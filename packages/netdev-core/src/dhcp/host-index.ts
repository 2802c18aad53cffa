import { InvalidArgumentError } from '../errors/index.js';
import type { ParsedDhcpHost, ParsedHostIdentity } from './parse-host.js';

/**
 * The hosts of a network by whatever nobody else may have: MAC address, client id, DUID, addresses, name. One host is
 * looked up, added or taken out without a look at the others.
 */
export interface HostIndex {
  readonly size: number;
  [Symbol.iterator](): IterableIterator<ParsedDhcpHost>;
  /** The host that any of these belongs to. */
  find(identity: ParsedHostIdentity): ParsedDhcpHost | undefined;
  /**
   * Takes a host in; one with the same identity makes way.
   *
   * @throws InvalidArgumentError naming what another host has, below `prefix`
   */
  put(host: ParsedDhcpHost, prefix?: string): void;
  delete(host: ParsedDhcpHost): void;
}

/** Makes an index of hosts. @throws InvalidArgumentError naming the second of two that share something: `hosts[3].mac` */
export function createHostIndex(hosts: readonly ParsedDhcpHost[] = []): HostIndex {
  const all = new Set<ParsedDhcpHost>();
  const owners = new Map<string, ParsedDhcpHost>();

  const find = (identity: ParsedHostIdentity): ParsedDhcpHost | undefined => {
    for (const { id } of identities(identity)) {
      const owner = owners.get(id);
      if (owner !== undefined) return owner;
    }
    return undefined;
  };
  const remove = (host: ParsedDhcpHost): void => {
    all.delete(host);
    for (const { id } of unique(host)) owners.delete(id);
  };
  const insert = (host: ParsedDhcpHost, prefix: string, former: ParsedDhcpHost | undefined): void => {
    for (const { id, field, value } of unique(host)) {
      const owner = owners.get(id);
      if (owner === undefined || owner === former) continue;
      const who = owner.hostname ?? owner.mac ?? owner.clientId ?? owner.duid;
      throw new InvalidArgumentError(`${prefix}${field}`, value, `free (the host ${who} has it)`);
    }
    if (former !== undefined) remove(former);
    all.add(host);
    for (const { id } of unique(host)) owners.set(id, host);
  };

  for (const [index, host] of hosts.entries()) insert(host, `hosts[${index}].`, undefined);
  return {
    get size() {
      return all.size;
    },
    [Symbol.iterator]: () => all.values(),
    find,
    put: (host, prefix = '') => insert(host, prefix, find(host)),
    delete: remove,
  };
}

interface Unique {
  field: string;
  value: string;
  id: string;
}

function identities({ mac, clientId, duid }: ParsedHostIdentity): Unique[] {
  return named({ mac, clientId, duid });
}

function unique(host: ParsedDhcpHost): Unique[] {
  const { hostname, addresses } = host;
  return [
    ...identities(host),
    ...addresses.map((value) => ({ field: 'address', value, id: `address ${value}` })),
    ...named({ hostname }),
  ];
}

function named(values: Readonly<Record<string, string | undefined>>): Unique[] {
  return Object.entries(values).flatMap(([field, value]) =>
    value === undefined ? [] : [{ field, value, id: `${field} ${value}` }],
  );
}
