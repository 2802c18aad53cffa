import { CommandFailure } from '../command-failure.js';
import { allVnets, type FreeBsdKernel, madeUpMac } from '../kernel.js';
import type { InterfaceType, NetworkInterface } from '../network-interface.js';
import { NotCoveredError } from '../not-covered.js';
import { dropRoutesOver } from '../routing-table.js';
import { bridgeOf, findInterface, freeIndex, tell, type Vnet } from '../vnet.js';
import { removeMember } from './membership.js';

/** The cloners, and the module each is in. */
const cloners = { bridge: 'if_bridge', tap: 'if_tuntap', epair: 'if_epair', vlan: 'if_vlan' } as const;

export type CloneType = keyof typeof cloners;

export function isCloneType(type: string): type is CloneType {
  return Object.hasOwn(cloners, type);
}

/** Makes an interface with this number, or the next. @throws CommandFailure, NotCoveredError */
export function clone(
  kernel: FreeBsdKernel,
  vnet: Vnet,
  type: CloneType,
  unit: number | undefined,
  argv: readonly string[],
): NetworkInterface {
  const module = cloners[type];
  if (!kernel.modules.has(module)) {
    if (vnet !== kernel.host)
      throw new NotCoveredError(argv, `what it says in a jail while the host has not loaded ${module}`);
    kernel.modules.add(module);
  }
  if (type === 'epair') {
    if (unit !== undefined) throw new NotCoveredError(argv, 'an epair with a number');
    return clonePair(kernel, vnet);
  }
  const name = `${type}${unit ?? freeUnit(vnet, type)}`;
  if (unit !== undefined && findInterface(vnet, name) !== undefined)
    throw new CommandFailure(`interface ${name} already exists`);
  const made = attach(vnet, type, name, type === 'vlan' ? undefined : madeUpMac(kernel, '58:9c:fc:10'));
  if (type === 'bridge') made.bridge = { members: [], fwddelay: 15, timeout: 1200, maxaddr: 2000 };
  if (type === 'vlan') made.vlan = { parent: undefined, tag: 0, proto: '802.1q' };
  tell(vnet);
  return made;
}

function clonePair(kernel: FreeBsdKernel, vnet: Vnet): NetworkInterface {
  // Each stack counts its own, wherever they are by now, so that another may have one of the same name.
  const made = allVnets(kernel).flatMap(({ interfaces }) => interfaces.filter(({ home }) => home === vnet));
  const taken = new Set([
    ...made.map(({ automaticName }) => automaticName),
    ...vnet.interfaces.map(({ name }) => name),
  ]);
  let unit = 0;
  while (taken.has(`epair${unit}a`) || taken.has(`epair${unit}b`)) unit += 1;
  const mac = madeUpMac(kernel, '02:3b:1c', '0a');
  const one = attach(vnet, 'epair', `epair${unit}a`, mac);
  const other = attach(vnet, 'epair', `epair${unit}b`, mac.replace(/0a$/, '0b'));
  one.peer = other;
  other.peer = one;
  tell(vnet);
  return one;
}

function freeUnit(vnet: Vnet, type: InterfaceType): number {
  const taken = new Set(vnet.interfaces.flatMap(({ name, automaticName }) => [name, automaticName]));
  let unit = 0;
  while (taken.has(`${type}${unit}`)) unit += 1;
  return unit;
}

/** Puts a new interface at the end of a stack. */
export function attach(
  vnet: Vnet,
  type: InterfaceType,
  name: string,
  mac: string | undefined,
): NetworkInterface {
  const link: NetworkInterface = {
    name,
    type,
    automaticName: name,
    index: freeIndex(vnet),
    home: vnet,
    groups: type === 'physical' ? [] : [type],
    addresses: [],
    up: false,
    promiscuous: false,
    mac,
    originalMac: mac,
    mtu: 1500,
    description: undefined,
    ifDisabled: type !== 'physical',
    autoLinkLocal: type !== 'bridge',
  };
  vnet.interfaces.push(link);
  return link;
}

/** Destroys a clone, both ends of a pair wherever they are. @throws CommandFailure */
export function destroy(kernel: FreeBsdKernel, vnet: Vnet, link: NetworkInterface): void {
  if (link.type === 'physical' || link.type === 'lo')
    throw new CommandFailure('SIOCIFDESTROY: Invalid argument');
  remove(vnet, link);
  const { peer } = link;
  const there = peer && allVnets(kernel).find((one) => one.interfaces.includes(peer));
  if (peer !== undefined && there !== undefined) remove(there, peer);
}

/** Takes an interface out of a stack, and from all that leans on it there. */
export function remove(vnet: Vnet, link: NetworkInterface): void {
  const bridge = bridgeOf(vnet, link);
  if (bridge !== undefined) removeMember(vnet, bridge, link);
  dropRoutesOver(vnet, link);
  vnet.neighbours = vnet.neighbours.filter((entry) => entry.link !== link);
  for (const { vlan } of vnet.interfaces) {
    if (vlan?.parent === link) Object.assign(vlan, { parent: undefined, tag: 0 });
  }
  vnet.interfaces = vnet.interfaces.filter((one) => one !== link);
  tell(vnet);
}
