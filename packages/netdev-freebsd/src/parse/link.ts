import {
  type BridgeDetail,
  type InterfaceName,
  type Link,
  type LinkFlag,
  type PortDetail,
  parseMacAddress,
  withoutAbsent,
} from 'netdev-core';
import { isPairGroup } from '../pair-group.js';
import type { ShownInterface, ShownMember } from './ifconfig.js';
import type { CountedInterface } from './netstat.js';

/** PROMISC is set for every member of a bridge; PPROMISC is what somebody asked for. */
const flagNames: readonly [shown: string, flag: LinkFlag][] = [
  ['UP', 'up'],
  ['RUNNING', 'running'],
  ['BROADCAST', 'broadcast'],
  ['LOOPBACK', 'loopback'],
  ['POINTOPOINT', 'point-to-point'],
  ['NOARP', 'noarp'],
  ['PPROMISC', 'promiscuous'],
  ['ALLMULTI', 'allmulticast'],
  ['MULTICAST', 'multicast'],
];

/** What an interface is goes by the group that its cloner put it into, which a new name does not change. */
const kinds: Readonly<Record<string, Link['kind']>> = {
  bridge: 'bridge',
  tap: 'tap',
  tun: 'tun',
  epair: 'veth',
  vlan: 'vlan',
  lo: 'loopback',
};

/** The links that ifconfig shows, with what netstat tells of them. One that has no number is left out. */
export function linksOf(
  shown: readonly ShownInterface[],
  counted: ReadonlyMap<string, CountedInterface>,
): Link[] {
  const membership = new Map(
    shown.flatMap(({ name: bridge, members }) =>
      members.map((member) => [member.name, { bridge, member }] as const),
    ),
  );
  return shown.flatMap((one): Link[] => {
    const { index, statistics } = counted.get(one.name) ?? {};
    if (index === undefined) return [];
    const joined = membership.get(one.name);
    const flags = new Set(flagNames.filter(([word]) => one.flags.has(word)).map(([, flag]) => flag));
    const kind = kindOf(one);
    const running = flags.has('up') && flags.has('running') && one.status !== 'no carrier';
    return [
      withoutAbsent<Link>({
        index,
        name: one.name as InterfaceName,
        kind,
        mac: one.ether === undefined ? undefined : parseMacAddress(one.ether),
        mtu: one.mtu,
        flags,
        up: flags.has('up'),
        operState: running ? 'up' : 'down',
        master: joined?.bridge as InterfaceName | undefined,
        port: joined === undefined ? undefined : portOf(joined.member),
        parent: (one.vlan?.parent ?? farEnd(one, shown)) as InterfaceName | undefined,
        vlanId: one.vlan?.tag,
        vxlan: undefined,
        macvlan: undefined,
        alias: one.description,
        bridge: kind === 'bridge' ? bridgeOf(one) : undefined,
        tap: kind === 'tap' || kind === 'tun' ? { multiQueue: false, persistent: true } : undefined,
        statistics,
      }),
    ];
  });
}

function kindOf({ name, groups }: ShownInterface): Link['kind'] {
  const known = groups.find((group) => Object.hasOwn(kinds, group));
  if (known !== undefined) return kinds[known] as Link['kind'];
  // Another cloner's, as long as it has the name that it was made with.
  return groups.find((group) => group === name.replace(/\d+$/, '')) ?? 'physical';
}

function portOf({ flags }: ShownMember): PortDetail {
  return {
    hairpin: false,
    isolated: flags.has('PRIVATE'),
    learning: flags.has('LEARNING'),
    flood: flags.has('DISCOVER'),
  };
}

/** The other end of a pair that was made by this driver, where it is in the same stack. */
function farEnd({ name, groups }: ShownInterface, shown: readonly ShownInterface[]): string | undefined {
  const pair = groups.find(isPairGroup);
  return pair === undefined
    ? undefined
    : shown.find((other) => other.name !== name && other.groups.includes(pair))?.name;
}

/** A port that takes no part in the spanning tree forwards at once, whatever delay the bridge has for those that do. */
function bridgeOf({ settings, members }: ShownInterface): BridgeDetail {
  const stp = members.some(({ flags }) => flags.has('STP'));
  return {
    stp,
    forwardDelay: stp ? (settings.get('fwddelay') ?? 0) : 0,
    ageingTime: settings.get('timeout') ?? 0,
    vlanFiltering: false,
    priority: settings.get('priority') ?? 0,
    helloTime: settings.get('hellotime') ?? 0,
    maxAge: settings.get('maxage') ?? 0,
  };
}
