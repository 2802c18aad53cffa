import {
  type GuestIntent,
  type Intent,
  type IpAddress,
  type IpFamily,
  ipFamily,
  type OperationOptions,
  type SecurityGroupRule,
} from 'netdev-core';
import type { Runner } from 'netdev-exec';
import { familiesOf } from '../intents/render-security-group.js';
import { createGuestIndex, type GuestIndex, hostNetwork, includes, isHost } from './guest-index.js';
import { type LostAllowance, lostAllowances, lostNetworks } from './lost-allowances.js';
import { parseConnections, type TrackedConnection } from './tracked-connection.js';

/** Connections of guests that no command of conntrack(8) selects by itself: what let them in, or the network of the guest, is no more. */
export interface GroupConnections {
  /** Whether rules or networks went since the last look. */
  readonly any: boolean;
  /** Notes what goes when some intents become others. */
  note(before: readonly Intent[], after: readonly Intent[]): void;
  /**
   * The words of conntrack(8) that select what nothing lets in any more. One look at the kernel's table for each
   * family, narrowed by what all rules that went have in common.
   */
  find(runner: Runner, options: OperationOptions & { timeoutMs: number }): Promise<string[][]>;
  /** What was noted is done with. */
  forget(): void;
}

export function createGroupConnections(): GroupConnections {
  const index = createGuestIndex();
  let lost: LostAllowance[] = [];
  let networks: string[] = [];
  return {
    get any() {
      return lost.length + networks.length > 0;
    },
    note(before, after) {
      lost.push(...lostAllowances(before, after, index));
      networks.push(...lostNetworks(before, after));
      index.replace(before, after);
    },
    async find(runner, options) {
      const found = new Map<string, string[]>();
      for (const family of ['ipv4', 'ipv6'] as const) {
        const ofFamily = lost.filter(({ rule }) => familiesOf(rule).includes(family));
        const gone = networks.filter((network) => ipFamily(network) === family);
        if (ofFamily.length + gone.length === 0) continue;
        const common = gone.length === 0 ? commonWords(family, ofFamily) : ['-f', family];
        const { stdout } = await runner.run(['conntrack', '-L', '-o', 'extended', ...common], options);
        const lookup = createLookup(index, ofFamily);
        // An address that another guest has as well is that one's affair.
        const isNobodys = (address: IpAddress): boolean =>
          includes(gone, address) && index.guestsAt(address).length === 0;
        for (const connection of parseConnections(stdout)) {
          const isLeft = isNobodys(connection.source) || isNobodys(connection.destination);
          if (isLeft || isStale(connection, lookup))
            found.set(connection.words.join(' '), [...connection.words]);
        }
      }
      return [...found.values()];
    },
    forget: () => {
      lost = [];
      networks = [];
    },
  };
}

/** What of all these rules conntrack(8) can select by. */
function commonWords(family: IpFamily, lost: readonly LostAllowance[]): string[] {
  const common = (word: (allowance: LostAllowance) => string | undefined): string | undefined => {
    const [first, ...others] = new Set(lost.map(word));
    return others.length === 0 ? first : undefined;
  };
  const parts: [string, string | undefined][] = [
    ['-p', common(({ rule }) => (rule.protocol === 'icmpv6' ? 'ipv6-icmp' : rule.protocol))],
    [
      '--reply-port-src',
      common(({ rule }) => (typeof rule.ports === 'number' ? `${rule.ports}` : undefined)),
    ],
    [
      '-s',
      common(({ rule, remotes }) => {
        const ofFamily = remotes?.filter((remote) => ipFamily(remote) === family) ?? [];
        return rule.direction === 'in' && ofFamily.length === 1 ? ofFamily[0] : undefined;
      }),
    ],
  ];
  return ['-f', family, ...parts.flatMap(([option, value]) => (value === undefined ? [] : [option, value]))];
}

/** Which addresses something is about. */
type Remotes = (address: IpAddress) => boolean;

interface Lookup {
  index: GuestIndex;
  lost: readonly { allowance: LostAllowance; isRemote: Remotes }[];
  membersOf(group: string): Remotes;
}

function createLookup(index: GuestIndex, lost: readonly LostAllowance[]): Lookup {
  const known = new Map<string, Remotes>();
  return {
    index,
    lost: lost.map((allowance) => ({ allowance, isRemote: remotesIn(allowance.remotes) })),
    membersOf(group) {
      const members = known.get(group) ?? remotesIn(index.membersOf(group));
      known.set(group, members);
      return members;
    },
  };
}

/** Whether a rule let it in or out that went, and none does any more. */
function isStale(connection: TrackedConnection, lookup: Lookup): boolean {
  const { source, destination } = connection;
  return (
    lookup.index.guestsAt(destination).some((guest) => isStaleFor(guest, connection, 'in', lookup)) ||
    lookup.index
      .guestsAt(source)
      .some((guest) => guest.out === 'groups' && isStaleFor(guest, connection, 'out', lookup))
  );
}

function isStaleFor(
  guest: GuestIntent,
  connection: TrackedConnection,
  direction: 'in' | 'out',
  { index, lost, membersOf }: Lookup,
): boolean {
  const remote = direction === 'in' ? connection.source : connection.destination;
  const isLost = lost.some(
    ({ allowance: { of, rule }, isRemote }) =>
      rule.direction === direction &&
      ('port' in of ? of.port === guest.port : guest.securityGroups.includes(of.group)) &&
      isAbout(rule, connection) &&
      isRemote(remote),
  );
  if (!isLost) return false;
  const present = guest.securityGroups.flatMap((name) => index.groups(name).flatMap(({ rules }) => rules));
  return !present.some((rule) => {
    if (rule.direction !== direction || !isAbout(rule, connection)) return false;
    if (typeof rule.remote === 'object') return membersOf(rule.remote.group)(remote);
    return rule.remote === undefined || includes([rule.remote], remote);
  });
}

/** Whether a rule is for what a connection carries. */
function isAbout(rule: SecurityGroupRule, connection: TrackedConnection): boolean {
  const { protocol, ports, icmpType, icmpCode } = rule;
  if (!familiesOf(rule).includes(connection.family)) return false;
  if (protocol !== undefined && protocol !== connection.protocol) return false;
  if (icmpType !== undefined && icmpType !== connection.icmpType) return false;
  if (icmpCode !== undefined && icmpCode !== connection.icmpCode) return false;
  if (ports === undefined) return true;
  const { port } = connection;
  const [first, last] = typeof ports === 'number' ? [ports, ports] : ports;
  return port !== undefined && port >= first && port <= last;
}

function remotesIn(networks: readonly string[] | undefined): Remotes {
  if (networks === undefined) return () => true;
  const hosts = new Set(networks.filter(isHost));
  const wide = networks.filter((network) => !isHost(network));
  return (address) => hosts.has(hostNetwork(address)) || includes(wide, address);
}
