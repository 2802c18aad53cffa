import { isLinkLocal } from '../addressing.js';
import { CommandFailure } from '../command-failure.js';
import type { FreeBsdKernel } from '../kernel.js';
import type { BridgeMember, NetworkInterface } from '../network-interface.js';
import { dropRoutesBy } from '../routing-table.js';
import { bridgeOf, findInterface, tell, type Vnet } from '../vnet.js';

/** Adds a port to a bridge (sys/net/if_bridge.c, bridge_ioctl_add). @throws CommandFailure */
export function addMember(vnet: Vnet, bridge: NetworkInterface, name: string): void {
  const failure = (reason: string) => new CommandFailure(`BRDGADD ${name}: ${reason}`);
  const member = findInterface(vnet, name);
  if (member === undefined || bridge.bridge === undefined) throw failure('No such file or directory');
  const present = bridgeOf(vnet, member);
  if (present === bridge) throw failure('File exists');
  if (present !== undefined) throw failure('Device busy');
  if (member.type === 'bridge' || member.type === 'lo') throw failure('Invalid argument');
  const { members } = bridge.bridge;
  if (members.length === 0) bridge.mtu = member.mtu;
  else member.mtu = bridge.mtu;
  loseInet6(vnet, bridge, member);
  members.push({ member, learning: true, discover: true, stp: false, private: false });
  inheritMac(vnet, bridge);
  tell(vnet);
}

/** Two interfaces of one bridge with a link-local address each would be one zone twice (bridge.4). */
function loseInet6(vnet: Vnet, bridge: NetworkInterface, member: NetworkInterface): void {
  const hasZone = bridge.addresses.some(({ address }) => isLinkLocal(address));
  if (!hasZone || vnet.sysctls.get('net.link.bridge.allow_llz_overlap') !== 0) return;
  const gone = member.addresses.filter(({ family }) => family === 'inet6');
  member.addresses = member.addresses.filter(({ family }) => family !== 'inet6');
  for (const address of gone) dropRoutesBy(vnet, member, address);
}

/** @throws CommandFailure when it is no port of the bridge */
export function dropMember(vnet: Vnet, bridge: NetworkInterface, name: string): void {
  removeMember(vnet, bridge, memberOf(bridge, name, 'BRDGDEL').member);
}

export function removeMember(vnet: Vnet, link: NetworkInterface, member: NetworkInterface): void {
  if (link.bridge === undefined) return;
  link.bridge.members = link.bridge.members.filter((one) => one.member !== member);
  inheritMac(vnet, link);
  tell(vnet);
}

/** @throws CommandFailure */
export function memberOf(bridge: NetworkInterface, name: string, request: string): BridgeMember {
  const found = bridge.bridge?.members.find(({ member }) => member.name === name);
  if (found === undefined) throw new CommandFailure(`${request} ${name}: No such file or directory`);
  return found;
}

/** With `inherit_mac` the address is that of the first member. */
function inheritMac(vnet: Vnet, link: NetworkInterface): void {
  const first = link.bridge?.members[0]?.member.mac;
  if (vnet.sysctls.get('net.link.bridge.inherit_mac') === 1 && first !== undefined) link.mac = first;
}

/**
 * The MTU of a bridge is that of its members: from 14 on they follow, before it is refused while they differ
 * (sys/net/if_bridge.c of about 2020, SIOCSIFMTU; 13 is in doubt).
 */
export function setBridgeMtu({ version }: FreeBsdKernel, link: NetworkInterface, mtu: number): void {
  const members = link.bridge?.members.map(({ member }) => member) ?? [];
  if (mtu < 576 || (version === 13 && members.some((member) => member.mtu !== mtu)))
    throw new CommandFailure('ioctl SIOCSIFMTU (set mtu): Invalid argument');
  for (const member of members) member.mtu = mtu;
  link.mtu = mtu;
}
