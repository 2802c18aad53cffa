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
  const owners: Readonly<Record<UniqueField, Map<string, ParsedDhcpHost>>> = {
    mac: new Map(),
    clientId: new Map(),
    duid: new Map(),
    address: new Map(),
    hostname: new Map(),
  };

  const find = ({ mac, clientId, duid }: ParsedHostIdentity): ParsedDhcpHost | undefined =>
    ownerOf(owners.mac, mac) ?? ownerOf(owners.clientId, clientId) ?? ownerOf(owners.duid, duid);
  const remove = (host: ParsedDhcpHost): void => {
    all.delete(host);
    eachUnique(host, (field, value) => void owners[field].delete(value));
  };
  const insert = (host: ParsedDhcpHost, prefix: string, former: ParsedDhcpHost | undefined): void => {
    eachUnique(host, (field, value) => {
      const owner = owners[field].get(value);
      if (owner === undefined || owner === former) return;
      const who = owner.hostname ?? owner.mac ?? owner.clientId ?? owner.duid;
      throw new InvalidArgumentError(`${prefix}${field}`, value, `free (the host ${who} has it)`);
    });
    if (former !== undefined) remove(former);
    all.add(host);
    eachUnique(host, (field, value) => void owners[field].set(value, host));
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

type UniqueField = 'mac' | 'clientId' | 'duid' | 'address' | 'hostname';

function ownerOf(
  owners: ReadonlyMap<string, ParsedDhcpHost>,
  value: string | undefined,
): ParsedDhcpHost | undefined {
  return value === undefined ? undefined : owners.get(value);
}

/** What nobody else may have. Called for every host of a network: makes nothing that is thrown away again. */
function eachUnique(host: ParsedDhcpHost, visit: (field: UniqueField, value: string) => void): void {
  const { mac, clientId, duid, addresses, hostname } = host;
  if (mac !== undefined) visit('mac', mac);
  if (clientId !== undefined) visit('clientId', clientId);
  if (duid !== undefined) visit('duid', duid);
  for (const address of addresses) visit('address', address);
  if (hostname !== undefined) visit('hostname', hostname);
}
