/**
 * What a driver may lack. Ask before: `driver.capabilities.has('vlan')`. An operation that needs a
 * capability the driver does not have rejects with `UnsupportedError`.
 *
 * - `bridge`, `tap`, `tun`, `veth`, `vlan`, `vxlan`, `macvlan`, `macvtap`, `dummy`, `ifb`: makes links of this kind;
 * - `vlan-filtering`: bridges know VLANs, and which of them each port is in;
 * - `forwarding-database`: the entries of bridges' and vxlans' forwarding databases are shown, set and deleted;
 * - `multiqueue`: taps and tuns with several queues;
 * - `namespaces`: another network stack can be made and entered;
 * - `watch`: tells of changes;
 * - `announce`: can announce an address;
 * - `metrics`: routes carry a metric;
 * - `multipath`: routes have several ways out;
 * - `routing-rules`: rules say which table is asked about a packet;
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
  | 'vlan-filtering'
  | 'forwarding-database'
  | 'multiqueue'
  | 'namespaces'
  | 'watch'
  | 'announce'
  | 'metrics'
  | 'multipath'
  | 'routing-rules'
  | 'peer-addresses'
  | 'no-prefix-route'
  | 'sriov'
  | 'atomic-batch';
