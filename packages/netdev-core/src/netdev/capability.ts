/**
 * What a driver may lack. Ask before: `driver.capabilities.has('vlan')`. An operation that needs a
 * capability the driver does not have rejects with `UnsupportedError`.
 *
 * - `bridge`, `tap`, `tun`, `veth`, `vlan`, `vxlan`, `macvlan`, `macvtap`, `dummy`, `ifb`: makes links of this kind;
 * - `spanning-tree`: bridges take part in a spanning tree, each with the settings and times that it is given;
 * - `port-settings`: ports have all of `PortSettings`; without it `isolated`, `learning` and `flood` alone;
 * - `all-multicast`: links can take all multicast;
 * - `alternative-names`: links can be known by other names as well (`altNames`). Linux 5.5 and newer;
 * - `tap-owner`: taps and tuns belong to a user and a group;
 * - `provider-vlans`: vlans can have the tags of providers (IEEE 802.1ad);
 * - `vlan-filtering`: bridges know VLANs, and which of them each port is in;
 * - `forwarding-database`: the entries of bridges' and vxlans' forwarding databases are shown, set and deleted;
 * - `multiqueue`: taps and tuns with several queues;
 * - `namespaces`: another network stack can be made and entered;
 * - `watch`: tells of changes;
 * - `announce`: can announce an IPv4 address; `announce-ipv6`: one of IPv6 as well;
 * - `neighbours`: neighbours are shown, set and forgotten;
 * - `metrics`: routes carry a metric;
 * - `route-properties`: routes carry the address that the host speaks from, an MTU and who made them, and gateways that no
 *   network holds (`onLink`);
 * - `route-kinds`: routes lead nowhere (`blackhole`, `unreachable` …);
 * - `routing-tables`: there are others than the main one;
 * - `multipath`: routes have several ways out;
 * - `routing-rules`: rules say which table is asked about a packet;
 * - `address-properties`: addresses have a label, a scope, lifetimes, and no broadcast address where none is wanted;
 * - `peer-addresses`: an address can have another one at the far end of its link;
 * - `no-prefix-route`: an address can be without a route to its network;
 * - `sriov`: knows the virtual functions of network cards;
 * - `atomic-batch`: a batch is sent in one go.
 */
export type NetDevCapability =
  | 'bridge'
  | 'tap'
  | 'tun'
  | 'veth'
  | 'vlan'
  | 'vxlan'
  | 'macvlan'
  | 'macvtap'
  | 'dummy'
  | 'ifb'
  | 'spanning-tree'
  | 'port-settings'
  | 'all-multicast'
  | 'alternative-names'
  | 'tap-owner'
  | 'provider-vlans'
  | 'vlan-filtering'
  | 'forwarding-database'
  | 'multiqueue'
  | 'namespaces'
  | 'watch'
  | 'announce'
  | 'announce-ipv6'
  | 'neighbours'
  | 'metrics'
  | 'route-properties'
  | 'route-kinds'
  | 'routing-tables'
  | 'multipath'
  | 'routing-rules'
  | 'address-properties'
  | 'peer-addresses'
  | 'no-prefix-route'
  | 'sriov'
  | 'atomic-batch';
