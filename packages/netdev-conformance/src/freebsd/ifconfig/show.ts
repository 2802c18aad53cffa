import { hexMask, isLinkLocal } from '../addressing.js';
import type { FreeBsdKernel } from '../kernel.js';
import type { BridgeMember, Inet, Inet6, NetworkInterface } from '../network-interface.js';
import { bridgeOf, type Vnet } from '../vnet.js';

/** The bits of sbin/ifconfig/ifconfig.c, IFFBITS. */
const flagBits: readonly [bit: number, word: string][] = [
  [0x1, 'UP'],
  [0x2, 'BROADCAST'],
  [0x8, 'LOOPBACK'],
  [0x10, 'POINTOPOINT'],
  [0x40, 'RUNNING'],
  [0x80, 'NOARP'],
  [0x100, 'PROMISC'],
  [0x200, 'ALLMULTI'],
  [0x800, 'SIMPLEX'],
  [0x8000, 'MULTICAST'],
  [0x20000, 'PPROMISC'],
  [0x1000000, 'LOWER_UP'],
];

/** IFBIFBITS of sys/net/if_bridgevar.h, in the order in which they are printed. */
const memberBits: readonly [bit: number, word: string][] = [
  [0x1, 'LEARNING'],
  [0x2, 'DISCOVER'],
  [0x4, 'STP'],
  [0x800, 'PRIVATE'],
  [0x40, 'AUTOEDGE'],
  [0x100, 'AUTOPTP'],
];

/** Flags as they are printed: in hex, and the words of those that have one. */
function bits(value: number, words: readonly [number, string][]): string {
  const set = words.filter(([bit]) => (value & bit) !== 0).map(([, word]) => word);
  return `${value.toString(16)}<${set.join(',')}>`;
}

/** The flags of an interface as a number. */
export function flagsOf(kernel: FreeBsdKernel, vnet: Vnet, link: NetworkInterface): number {
  const { type, up, promiscuous } = link;
  const isMember = bridgeOf(vnet, link) !== undefined;
  return (
    (up ? 0x1 : 0) +
    (type === 'lo' ? 0x8 : 0x2 + 0x800) +
    // A tap runs while somebody has it open.
    (up && type !== 'tap' ? 0x40 : 0) +
    (type === 'epair' ? 0x20 : 0) +
    (isMember || promiscuous ? 0x100 : 0) +
    (promiscuous ? 0x20000 : 0) +
    0x8000 +
    (type === 'physical' && kernel.version === 14 && up ? 0x1000000 : 0)
  );
}

/** What `ifconfig NAME` shows of an interface. */
export function showInterface(kernel: FreeBsdKernel, vnet: Vnet, link: NetworkInterface): string {
  const { name, mtu, mac, originalMac, description, addresses, groups } = link;
  const head = `${name}: flags=${bits(flagsOf(kernel, vnet, link), flagBits)} metric 0 mtu ${mtu}`;
  const inner = [
    ...(description === undefined ? [] : [`description: ${description}`]),
    ...optionLines(link),
    ...(mac === undefined ? [] : [`ether ${mac}`]),
    ...(mac !== originalMac && originalMac !== undefined ? [`hwaddr ${originalMac}`] : []),
    ...addresses.map((address) => addressLine(link, address)),
    ...bridgeLines(link),
    ...(groups.length === 0 ? [] : [`groups: ${groups.join(' ')}`]),
    ...vlanLines(link),
    ...mediaLines(link),
    `nd6 options=${nd6(link)}`,
  ];
  return `${[head, ...inner.map((line) => `\t${line}`)].join('\n')}\n`;
}

function optionLines({ type }: NetworkInterface): string[] {
  if (type === 'tap') return ['options=80000<LINKSTATE>'];
  if (type === 'epair') return ['options=8<VLAN_MTU>'];
  return type === 'lo' ? ['options=680003<RXCSUM,TXCSUM,LINKSTATE,RXCSUM_IPV6,TXCSUM_IPV6>'] : [];
}

function addressLine({ name, index }: NetworkInterface, own: Inet | Inet6): string {
  const { address, length } = own;
  if (own.family === 'inet') {
    const broadcast = name === 'lo0' ? '' : ` broadcast ${own.broadcast}`;
    return `inet ${address} netmask ${hexMask(length)}${broadcast}`;
  }
  const zone = isLinkLocal(address) ? [`%${name}`, ` scopeid 0x${index.toString(16)}`] : ['', ''];
  return `inet6 ${address}${zone[0]} prefixlen ${length}${own.tentative ? ' tentative' : ''}${zone[1]}`;
}

function bridgeLines({ bridge }: NetworkInterface): string[] {
  if (bridge === undefined) return [];
  return [
    `id 00:00:00:00:00:00 priority 32768 hellotime 2 fwddelay ${bridge.fwddelay}`,
    `maxage 20 holdcnt 6 proto rstp maxaddr ${bridge.maxaddr} timeout ${bridge.timeout}`,
    'root id 00:00:00:00:00:00 priority 32768 ifcost 0 port 0',
    ...bridge.members.flatMap(memberLines),
  ];
}

function memberLines({ member, learning, discover, stp, private: kept }: BridgeMember): string[] {
  const flags =
    (learning ? 0x1 : 0) + (discover ? 0x2 : 0) + (stp ? 0x4 : 0) + (kept ? 0x800 : 0) + 0x40 + 0x100;
  const cost = member.type === 'tap' ? 2_000_000 : member.type === 'physical' ? 20_000 : 2000;
  const indent = '        ';
  return [
    `member: ${member.name} flags=${bits(flags, memberBits)}`,
    `${indent}ifmaxaddr 0 port ${member.index} priority 128 path cost ${cost}${stp ? ' proto rstp' : ''}`,
    ...(stp ? [`${indent}role designated state forwarding`] : []),
  ];
}

function vlanLines({ vlan }: NetworkInterface): string[] {
  if (vlan === undefined) return [];
  const parent = vlan.parent?.name ?? '<none>';
  return [`vlan: ${vlan.tag} vlanproto: ${vlan.proto} vlanpcp: 0 parent interface: ${parent}`];
}

function mediaLines({ type, up }: NetworkInterface): string[] {
  if (type === 'tap') return ['media: Ethernet 1000baseT <full-duplex>', 'status: no carrier'];
  if (type === 'epair')
    return ['media: Ethernet 10Gbase-T (10Gbase-T <full-duplex>)', `status: ${up ? 'active' : 'no carrier'}`];
  if (type !== 'physical' && type !== 'vlan') return [];
  return ['media: Ethernet autoselect (1000baseT <full-duplex>)', 'status: active'];
}

function nd6({ ifDisabled, autoLinkLocal }: NetworkInterface): string {
  const words = [
    'PERFORMNUD',
    ...(ifDisabled ? ['IFDISABLED'] : []),
    ...(autoLinkLocal ? ['AUTO_LINKLOCAL'] : []),
  ];
  const value = 0x1 + (ifDisabled ? 0x8 : 0) + (autoLinkLocal ? 0x20 : 0);
  return `${value.toString(16)}<${words.join(',')}>`;
}
