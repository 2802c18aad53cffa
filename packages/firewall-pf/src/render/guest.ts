import type { GuestIntent } from 'netdev-core';
import { type Direction, guestTable, rootAnchor, securityGroupCall, type Tags } from '../names.js';
import { filterRule } from './filter-rule.js';
import { serversOnPort } from './frames.js';
import { formLinkLocal } from './link-local.js';
import type { Part } from './slice.js';
import { familyOf, host, line, on } from './words.js';

/** ICMPv6 types: RFC 4861, 4, for neighbour discovery, RFC 2710 and RFC 3810 for group membership. */
const icmpv6 = {
  membershipQuery: 130,
  membershipReport: 131,
  membershipDone: 132,
  routerSolicitation: 133,
  routerAdvertisement: 134,
  neighbourSolicitation: 135,
  neighbourAdvertisement: 136,
  membershipReportV2: 143,
} as const;

/** What no group has to allow. */
const always = {
  in: [
    icmpv6.membershipQuery,
    icmpv6.routerAdvertisement,
    icmpv6.neighbourSolicitation,
    icmpv6.neighbourAdvertisement,
  ],
  out: [
    icmpv6.membershipReport,
    icmpv6.membershipDone,
    icmpv6.routerSolicitation,
    icmpv6.neighbourSolicitation,
    icmpv6.neighbourAdvertisement,
    icmpv6.membershipReportV2,
  ],
  /** From an address that is not there yet (RFC 4862, 5.4.2). */
  nowhere: [
    icmpv6.membershipReport,
    icmpv6.routerSolicitation,
    icmpv6.neighbourSolicitation,
    icmpv6.membershipReportV2,
  ],
} as const;

/**
 * The rules of a guest. Its frames are told by ether rules on its port. What stays on the bridge is filtered on the port
 * (`net.link.bridge.pfil_member`), what the host routes on the bridge, where the guest is told by its addresses.
 * The rules of its security groups stand once for all, in anchors that are called from here.
 */
export function renderGuest(guest: GuestIntent, owner: string, tags: Tags): Part {
  const { port, bridge, mac, addresses } = guest;
  const table = guestTable(port);
  const own = `<${table}>`;
  const linkLocal = formLinkLocal(mac);
  const groups = [...new Set(guest.securityGroups)];
  return {
    class: 'guest',
    tables: [[table, [...new Set([...addresses.map(tableEntry), linkLocal])]]],
    ether: etherRules(guest, linkLocal),
    filter: [
      ...serversOnPort(port),
      ...notAnothers(port, own),
      ...(guest.out === 'groups'
        ? sendsByGroups(port, bridge, own, groups, owner)
        : sendsAll(port, bridge, own)),
      ...redirected(own, groups, owner, tags),
      ...receives(port, bridge, own, groups, owner),
    ],
  };
}

/** Tables have no word for everything. */
function tableEntry(network: string): string {
  const text = host(network);
  return text === 'any' ? network : text;
}

function etherRules({ port, mac, addresses }: GuestIntent, linkLocal: string): string[] {
  const rule = (action: 'pass' | 'block', ...words: string[]): string =>
    line('ether', action, 'in quick', on(port), ...words);
  const from = (etherType: string, address: string): string =>
    rule('pass', `proto ${etherType}`, `l3 from ${address}`);
  const of = (family: 'inet' | 'inet6'): string[] => [
    ...new Set(addresses.filter((address) => familyOf(address) === family).map(host)),
  ];
  return [
    rule('block', `from ! ${mac}`),
    ...[...of('inet'), '0.0.0.0'].map((address) => from('0x0800', address)),
    ...[...new Set([...of('inet6'), linkLocal, '::'])].map((address) => from('0x86dd', address)),
    rule('pass', 'proto 0x0806'),
    // A machine that was moved here says so (RFC 903 as QEMU uses it).
    rule('pass', 'proto 0x8035'),
    rule('block'),
  ];
}

/** Packets in nobody's name are let go on where they ask for an address. */
function notAnothers(port: string, own: string): string[] {
  const on = { direction: 'in', quick: true, device: port } as const;
  return [
    filterRule({
      action: 'pass',
      ...on,
      family: 'inet',
      protocol: 'udp',
      from: '0.0.0.0',
      fromPort: 68,
      toPort: 67,
    }),
    ...always.nowhere.map((icmpType) =>
      filterRule({ action: 'pass', ...on, family: 'inet6', protocol: 'icmpv6', from: '::', icmpType }),
    ),
    filterRule({ action: 'block', ...on, family: 'inet', from: `! ${own}` }),
    filterRule({ action: 'block', ...on, family: 'inet6', from: `! ${own}` }),
  ];
}

/** The states let the answers in. Past the bridge others still decide. */
function sendsAll(port: string, bridge: string, own: string): string[] {
  return [
    filterRule({ action: 'pass', direction: 'in', quick: true, device: port }),
    filterRule({ action: 'pass', direction: 'in', device: bridge, from: own }),
  ];
}

function sendsByGroups(
  port: string,
  bridge: string,
  own: string,
  groups: readonly string[],
  owner: string,
): string[] {
  return [port, bridge].flatMap((device) => {
    const from = { direction: 'in', quick: true, device, from: own } as const;
    return [
      filterRule({ action: 'pass', ...from, family: 'inet', protocol: 'udp', fromPort: 68, toPort: 67 }),
      filterRule({ action: 'pass', ...from, family: 'inet6', protocol: 'udp', fromPort: 546, toPort: 547 }),
      ...always.out.map((icmpType) =>
        filterRule({ action: 'pass', ...from, family: 'inet6', protocol: 'icmpv6', icmpType }),
      ),
      ...groups.map((group) => call(group, 'out', owner, `in ${on(device)} from ${own} to any`)),
      filterRule({ action: 'block', ...from }),
    ];
  });
}

function receives(
  port: string,
  bridge: string,
  own: string,
  groups: readonly string[],
  owner: string,
): string[] {
  const onPort = { direction: 'out', quick: true, device: port } as const;
  const onBridge = { direction: 'out', quick: true, device: bridge, to: own } as const;
  return [
    filterRule({ action: 'pass', ...onPort, family: 'inet', protocol: 'udp', fromPort: 67, toPort: 68 }),
    filterRule({ action: 'pass', ...onPort, family: 'inet6', protocol: 'udp', fromPort: 547, toPort: 546 }),
    ...always.in.map((icmpType) =>
      filterRule({ action: 'pass', ...onPort, family: 'inet6', protocol: 'icmpv6', icmpType }),
    ),
    ...groups.map((group) => call(group, 'in', owner, `out ${on(port)} all`)),
    filterRule({ action: 'block', ...onPort }),
    // The host itself is trusted. It may speak for who was redirected here, who was looked at where he came in.
    filterRule({ action: 'pass', ...onBridge, from: '(self)' }),
    ...groups.map((group) => call(group, 'in', owner, `out ${on(bridge)} from any to ${own}`)),
    filterRule({ action: 'block', ...onBridge }),
  ];
}

/** What a translation redirects to the guest, looked at wherever it comes in: before it may get the host's address. */
function redirected(own: string, groups: readonly string[], owner: string, { translated }: Tags): string[] {
  const match = `in from any to ${own} tagged ${translated}`;
  return [
    ...groups.map((group) => call(group, 'in', owner, match)),
    filterRule({ action: 'block', direction: 'in', quick: true, to: own, tagged: translated }),
  ];
}

function call(group: string, direction: Direction, owner: string, match: string): string {
  return `anchor "/${rootAnchor(owner)}/${securityGroupCall(group, direction)}/*" ${match}`;
}
