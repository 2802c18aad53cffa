import { type NetDevCapability, UnsupportedError } from 'netdev-core';

/** What is closest on FreeBSD to what it has not, or not as the contract has it. */
const closest: Partial<Record<NetDevCapability, string>> = {
  tun: 'use a tap; a tun is made by the program that opens it (tun(4))',
  vxlan: 'ifconfig vxlan create (vxlan(4)) is not used by this driver',
  macvlan: 'put an epair into a bridge with the parent',
  macvtap: 'put a tap into a bridge with the parent',
  dummy: 'use an epair, one end of which nothing is done with',
  ifb: 'use dummynet (ipfw(4))',
  'spanning-tree': 'it goes port by port: ifconfig BRIDGE stp PORT',
  'port-settings': 'a port can be isolated, and be kept from learning and from flooding',
  'all-multicast': 'make it promiscuous',
  'alternative-names': 'give it a description (alias)',
  'tap-owner': 'net.link.tap.user_open=1 and the owner of /dev/tapN by devfs.rules(5)',
  'vlan-filtering': 'make a vlan for each, and a bridge for each of them',
  'forwarding-database': 'ifconfig BRIDGE addr, static and deladdr',
  multiqueue: 'make a tap without multiQueue',
  metrics: 'a destination has one route; another table is a FIB (setfib(1))',
  multipath: 'give one way',
  'routing-rules': 'use route-to of pf, or a FIB (setfib(1))',
  'route-properties': 'leave source, mtu, protocol and onLink out',
  'route-kinds': 'block the destination with pf',
  'routing-tables': 'other tables are FIBs (setfib(1))',
  'address-properties': 'leave label, scope and lifetimes out, and broadcast unless it is an address',
  'peer-addresses': 'there are tunnels, which this driver does not make',
  'no-prefix-route': 'give the address the length /32 or /128',
  'announce-ipv6': 'an address that is added with duplicate detection is asked for once',
  sriov: 'iovctl(8), by file',
  namespaces: 'a kernel with VIMAGE has vnet jails',
};

/** The error for what is not there: it names the platform, and what is closest. */
export function unsupported(
  operation: string,
  object: string,
  capability: NetDevCapability,
): UnsupportedError {
  return new UnsupportedError({
    operation,
    object,
    detail: `FreeBSD has no such thing here (${capability})`,
    hint: closest[capability],
  });
}
