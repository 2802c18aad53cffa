import { type InterfaceName, type Link, type LinkFlag, withoutAbsent } from 'netdev-core';
import { IFF, type LinkMessage } from '../netlink/index.js';
import { bridgeDetail, vlanProtocolOf } from './bridge-details.js';
import { macFromBytes } from './mac-bytes.js';
import { portDetail } from './port-details.js';
import { macvlanDetail, vxlanDetail } from './tunnel-details.js';

/** IF_OPER_* of linux/if.h (RFC 2863), in iproute2's words. */
const operStates = ['unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up'];

const flagNames: readonly (readonly [number, LinkFlag])[] = [
  [IFF.UP, 'up'],
  [IFF.RUNNING, 'running'],
  [IFF.BROADCAST, 'broadcast'],
  [IFF.LOOPBACK, 'loopback'],
  [IFF.POINTOPOINT, 'point-to-point'],
  [IFF.NOARP, 'noarp'],
  [IFF.PROMISC, 'promiscuous'],
  [IFF.ALLMULTI, 'allmulticast'],
  [IFF.MULTICAST, 'multicast'],
];

const FLAGS_NAMED = flagNames.reduce((all, [bit]) => all | bit, 0);

/** The kind of a tun driver's device that is a tap (IFF_TAP of linux/if_tun.h). */
const TUN_TYPE_TAP = 2;

/** A link as the contract shows it. `nameOf` gives the name of another link of the namespace. */
export function linkFromMessage(message: LinkMessage, nameOf: (index: number) => string | undefined): Link {
  const flags = message.flags ?? 0;
  const { bridge, tun, vlan, vxlan, macvlan, bridgePort } = message.info ?? {};
  const below = indexBelow(message);
  const parent = below === undefined ? undefined : nameOf(below);
  const kind = kindOf(message, flags);
  return withoutAbsent<Link>({
    index: message.index ?? 0,
    name: (message.name ?? '') as InterfaceName,
    kind,
    mac: macFromBytes(message.address),
    mtu: message.mtu ?? 0,
    flags: namesOfFlags(flags),
    up: (flags & IFF.UP) !== 0,
    operState: operStates[message.operState ?? 0] ?? 'unknown',
    master: message.master ? (nameOf(message.master) as InterfaceName | undefined) : undefined,
    port: bridgePort === undefined ? undefined : portDetail(bridgePort),
    parent: parent as InterfaceName | undefined,
    vlanId: vlan?.id,
    vlanProtocol: vlanProtocolOf(vlan?.protocol),
    vxlan: vxlan === undefined ? undefined : vxlanDetail(vxlan),
    macvlan: macvlan === undefined ? undefined : macvlanDetail(macvlan),
    alias: message.alias,
    altNames: message.altNames,
    bridge: bridge === undefined ? undefined : bridgeDetail(bridge),
    tap:
      kind !== 'tap' && kind !== 'tun'
        ? undefined
        : withoutAbsent({
            multiQueue: tun?.multiQueue === true,
            persistent: tun?.persist === true,
            owner: tun?.owner,
            group: tun?.group,
          }),
    statistics: message.counters,
  });
}

const knownFlags = new Map<number, ReadonlySet<LinkFlag>>();

/** Most links of a host have the same few. */
function namesOfFlags(flags: number): ReadonlySet<LinkFlag> {
  const known = flags & FLAGS_NAMED;
  const names =
    knownFlags.get(known) ??
    new Set(flagNames.filter(([bit]) => (known & bit) !== 0).map(([, name]) => name));
  knownFlags.set(known, names);
  return names;
}

/**
 * The number of the link below, or of the other end of a pair, where it is in this namespace: in
 * another the number means another link. A vxlan tells it among what its kind adds.
 */
export function indexBelow({ link, linkNamespaceId, info }: LinkMessage): number | undefined {
  return linkNamespaceId === undefined ? (info?.vxlan?.link ?? link) : undefined;
}

function kindOf(message: LinkMessage, flags: number): string {
  const { kind, tun } = message.info ?? {};
  if (kind === 'tun') return tun?.type === TUN_TYPE_TAP ? 'tap' : 'tun';
  return kind ?? ((flags & IFF.LOOPBACK) !== 0 ? 'loopback' : 'physical');
}

/** A name that a driver of the kernel may have. */
const DRIVER = /^[a-z0-9_-]{1,15}$/;

/** The kernel's name of what makes links of a kind; `undefined` for those that nobody makes. */
export function kernelKind(kind: string): string | undefined {
  if (kind === 'physical' || kind === 'loopback' || !DRIVER.test(kind)) return undefined;
  return kind === 'tap' ? 'tun' : kind;
}
