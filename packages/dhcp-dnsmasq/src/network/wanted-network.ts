import {
  type DhcpHost,
  type DhcpNetwork,
  type HostIndex,
  type ParsedDhcpHost,
  type ParsedDhcpNetwork,
  parseIndexedNetwork,
  UnsupportedError,
} from 'netdev-core';

/** A network as a caller gave it, which is what is kept, and as it was parsed, which is what is rendered. */
export interface WantedNetwork {
  given: Omit<DhcpNetwork, 'hosts'>;
  network: ParsedDhcpNetwork;
  /** The hosts of the network. */
  hosts: HostIndex;
}

/** @throws InvalidArgumentError, UnsupportedError */
export function parseWanted(network: DhcpNetwork): WantedNetwork {
  const { network: parsed, hosts } = parseIndexedNetwork(network);
  refuseHalfAdvertised(parsed);
  const { hosts: _, ...given } = network;
  return { given, network: parsed, hosts };
}

/** The same network with other hosts. */
export function withHosts({ given, network }: WantedNetwork, hosts: HostIndex): WantedNetwork {
  return { given, network: { ...network, hosts: [...hosts] }, hosts };
}

/** A host in the shape that callers give. */
export function givenHost({ mac, clientId, duid, addresses, ...rest }: ParsedDhcpHost): DhcpHost {
  const { hostname, options, classes, leaseTime, ignored } = rest;
  return {
    ...(mac === undefined ? {} : { mac }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(duid === undefined ? {} : { duid }),
    ...(addresses.length === 0 ? {} : { address: addresses }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(options.length === 0 ? {} : { options }),
    ...(classes.length === 0 ? {} : { classes }),
    ...(leaseTime === undefined ? {} : { leaseTime }),
    ...(ignored ? { ignored } : {}),
  };
}

/** dnsmasq advertises all IPv6 subnets of a device or none (dnsmasq(8), enable-ra), and all alike (ra-param). */
function refuseHalfAdvertised({ key, subnets }: ParsedDhcpNetwork): void {
  const kinds = new Set(
    subnets
      .filter(({ network }) => network.includes(':'))
      .map(({ advertise }) =>
        advertise === undefined ? 'none' : `${advertise.interval} ${advertise.routerLifetime}`,
      ),
  );
  if (kinds.size <= 1) return;
  throw new UnsupportedError({
    operation: 'serve',
    object: key,
    detail: 'dnsmasq advertises all IPv6 subnets of a device, with one interval and one lifetime, or none',
    hint: 'give each IPv6 subnet an `advertise` with the same interval and routerLifetime, or none',
  });
}
