import {
  type Cidr,
  InvalidArgumentError,
  type IpAddress,
  type IpFamily,
  parseCidr,
  parseIpAddress,
} from 'netdev-core';
import type { FaultMode } from '../faults.js';

/** A guest as callers of the original name it (nova.objects.Instance): what is read of it. */
export interface FilteredInstance {
  /** Its chain is `inst-` and this. */
  readonly id: number | string;
}

/** One of a guest's interfaces (nova.network.model.VIF): what the filters read of it. */
export interface FilteredVif {
  readonly network?: { readonly subnets?: readonly FilteredSubnet[] | null } | null;
}

export interface FilteredSubnet {
  readonly version: 4 | 6;
  /** `10.0.0.0/24`. */
  readonly cidr: string;
  /** The guest's own addresses. */
  readonly ips?: readonly { readonly address: string }[];
  /** Who may tell the guest of its router, in IPv6. */
  readonly gateway?: { readonly address?: string | null } | null;
  readonly meta?: { readonly dhcp_server?: string | null };
}

/** What the filters know of one guest's network. */
export interface FilteredNetwork {
  family: IpFamily;
  cidr: Cidr;
  addresses: IpAddress[];
  gateway: IpAddress | undefined;
  dhcpServer: IpAddress | undefined;
}

const families: Readonly<Record<number, IpFamily>> = { 4: 'ipv4', 6: 'ipv6' };

/** The name of a guest's chain. @throws InvalidArgumentError for an id that cannot be part of a chain's name */
export function instanceChain({ id }: FilteredInstance): string {
  if (/^\w+(?:-\w+)*$/.test(`${id}`)) return `inst-${id}`;
  throw new InvalidArgumentError('instance.id', id, 'an id of letters, digits, _ and -');
}

/**
 * The networks of a guest, in the order of its interfaces.
 *
 * @throws InvalidArgumentError for what is no address; with the faults kept also for IPv6 without a gateway
 */
export function networksOf(vifs: readonly FilteredVif[], faults: FaultMode): FilteredNetwork[] {
  const subnets = vifs.flatMap(({ network }) => network?.subnets ?? []);
  return subnets.map(({ version, cidr, ips = [], gateway, meta }) => {
    const family = families[version];
    if (family === undefined) throw new InvalidArgumentError('subnet.version', version, '4 or 6');
    if (family === 'ipv6' && !gateway && faults === 'keep')
      throw new InvalidArgumentError('subnet.gateway', gateway, 'an address');
    const optional = (value: string | null | undefined, field: string): IpAddress | undefined =>
      value ? parseIpAddress(value, field, family) : undefined;
    return {
      family,
      cidr: parseCidr(cidr, 'subnet.cidr', family),
      addresses: ips.map(({ address }) => parseIpAddress(address, 'subnet.ips', family)),
      gateway: family === 'ipv6' ? optional(gateway?.address, 'subnet.gateway') : undefined,
      dhcpServer: family === 'ipv4' ? optional(meta?.dhcp_server, 'subnet.meta.dhcp_server') : undefined,
    };
  });
}
