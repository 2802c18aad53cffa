import type { Cidr, InterfaceName, IpAddress } from 'netdev-core';
import { cidrAddress } from 'netdev-core';

/** Command lines of ifconfig(8). Pure: what they take is parsed, or was printed by ifconfig itself. */

export const showAll = (): string[] => ['ifconfig', '-a'];

/** The kernel chooses the name, and it is printed. */
export const createClone = (type: 'bridge' | 'tap' | 'epair'): string[] => ['ifconfig', type, 'create'];

/** A name that is a cloner's own, with a number: nothing is printed. */
export const createNamed = (name: string): string[] => ['ifconfig', name, 'create'];

export const createVlan = (parent: string, tag: number): string[] => [
  ...['ifconfig', 'vlan', 'create', 'vlandev', parent, 'vlan', String(tag)],
];

export const destroy = (name: string): string[] => ['ifconfig', name, 'destroy'];

export const rename = (name: string, to: string): string[] => ['ifconfig', name, 'name', to];

export const setUp = (name: string, up: boolean): string[] => ['ifconfig', name, up ? 'up' : 'down'];

export const setMtu = (name: string, mtu: number): string[] => ['ifconfig', name, 'mtu', String(mtu)];

export const setMac = (name: string, mac: string): string[] => ['ifconfig', name, 'ether', mac];

export const setPromiscuous = (name: string, on: boolean): string[] => [
  ...['ifconfig', name, on ? 'promisc' : '-promisc'],
];

/** An empty text takes the description away. */
export const setDescription = (name: string, text: string): string[] =>
  text === '' ? ['ifconfig', name, '-descr'] : ['ifconfig', name, 'descr', text];

export const addGroup = (name: string, group: string): string[] => ['ifconfig', name, 'group', group];

export const addMember = (bridge: string, port: string): string[] => ['ifconfig', bridge, 'addm', port];

export const deleteMember = (bridge: string, port: string): string[] => [
  ...['ifconfig', bridge, 'deletem', port],
];

/** What a bridge does with a port: `private` keeps it from the other private ones. */
export const setMemberFlag = (
  bridge: string,
  port: string,
  flag: 'private' | 'learn' | 'discover',
  { on }: { on: boolean },
): string[] => ['ifconfig', bridge, on ? flag : `-${flag}`, port];

/** Seconds that a learned address is kept. */
export const setTimeout = (bridge: string, seconds: number): string[] => [
  ...['ifconfig', bridge, 'timeout', String(seconds)],
];

/** `alias` always: without it the first address would be replaced. */
export function addAddress(
  link: InterfaceName,
  cidr: Cidr,
  { broadcast, noDad = false }: { broadcast?: IpAddress | undefined; noDad?: boolean | undefined } = {},
): string[] {
  if (cidr.includes(':')) {
    return [
      ...['ifconfig', link, 'inet6', zoned(cidr, link), 'alias'],
      ...(noDad ? ['no_dad'] : []),
      '-ifdisabled',
    ];
  }
  const words = broadcast === undefined ? [] : ['broadcast', broadcast];
  return ['ifconfig', link, 'inet', cidr, ...words, 'alias'];
}

export function deleteAddress(link: InterfaceName, cidr: Cidr): string[] {
  const family = cidr.includes(':') ? 'inet6' : 'inet';
  return ['ifconfig', link, family, zoned(cidrAddress(cidr), link), '-alias'];
}

/** Into a jail; run on the host. */
export const moveToJail = (name: string, jail: string): string[] => ['ifconfig', name, 'vnet', jail];

/** Back from a jail; run on the host. */
export const moveFromJail = (name: string, jail: string): string[] => ['ifconfig', name, '-vnet', jail];

/** A link-local address says on which link: `fe80::1%em0/64`. */
function zoned(text: string, link: string): string {
  const [address = '', length] = text.split('/');
  if (!address.startsWith('fe80:')) return text;
  return length === undefined ? `${address}%${link}` : `${address}%${link}/${length}`;
}
