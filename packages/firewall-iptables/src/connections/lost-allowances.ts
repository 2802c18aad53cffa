import {
  type Cidr,
  type GuestIntent,
  type Intent,
  prefixLength,
  type SecurityGroupIntent,
  type SecurityGroupRule,
} from 'netdev-core';
import type { GuestIndex } from './guest-index.js';
import { isHost } from './guest-index.js';

/** Something that a rule let guests receive or send, and lets no longer. */
export interface LostAllowance {
  /** The guests that are in a group, or one guest. */
  of: { group: string } | { port: string };
  rule: SecurityGroupRule;
  /** Where it came from or went to. Left out: everywhere. */
  remotes: readonly string[] | undefined;
}

/**
 * What guests may no longer receive or send when some intents become others. Where a guest goes, or an address of it,
 * nothing is said of that: nobody has it any more.
 *
 * @param index as it was before
 */
export function lostAllowances(
  before: readonly Intent[],
  after: readonly Intent[],
  index: GuestIndex,
): LostAllowance[] {
  const groups = securityGroups(after);
  const guests = new Map(after.filter(isGuest).map((guest) => [guest.port, guest]));
  return [
    ...before.filter(isSecurityGroup).flatMap((group) => {
      const left = groups.filter(({ name }) => name === group.name);
      return lostByGroup(group, left, index);
    }),
    ...before.filter(isGuest).flatMap((guest) => lostByGuest(guest, guests.get(guest.port), index)),
  ];
}

function lostByGroup(
  { name, rules, members = [] }: SecurityGroupIntent,
  left: readonly SecurityGroupIntent[],
  index: GuestIndex,
): LostAllowance[] {
  const kept = new Set(left.flatMap((group) => group.rules.map(nameOf)));
  const stay = new Set(left.flatMap((group) => group.members ?? []));
  return [
    ...rules
      .filter((rule) => !kept.has(nameOf(rule)))
      .map((rule) => ({ of: { group: name }, rule, remotes: remotesOf(rule, index) })),
    ...lostMembers(
      name,
      members.filter((member) => !stay.has(member)),
      index,
    ),
  ];
}

/** What a rule without conditions lets out: as of a guest whose groups are not asked. */
const EVERYTHING_OUT: SecurityGroupRule = { direction: 'out' };

function lostByGuest(
  { port, securityGroups: groups, addresses, out }: GuestIntent,
  after: GuestIntent | undefined,
  index: GuestIndex,
): LostAllowance[] {
  const isBound = out !== 'groups' && after?.out === 'groups';
  const stays = (group: string): boolean => after?.securityGroups.includes(group) === true;
  const isGone = (address: string): boolean => after?.addresses.includes(address) !== true;
  const ofGroups = groups.flatMap((group) => [
    ...(after === undefined || stays(group)
      ? []
      : index
          .groups(group)
          .flatMap(({ rules }) => rules)
          .map((rule) => ({ of: { port }, rule, remotes: remotesOf(rule, index) }))),
    ...lostMembers(
      group,
      addresses.filter((address) => (isGone(address) ? !isHost(address) : !stays(group))),
      index,
    ),
  ]);
  return isBound ? [{ of: { port }, rule: EVERYTHING_OUT, remotes: undefined }, ...ofGroups] : ofGroups;
}

/**
 * Whole networks that guests had and have no more. What is all of a family is left out: of nothing that it has is it known
 * that it was the guest's.
 */
export function lostNetworks(before: readonly Intent[], after: readonly Intent[]): string[] {
  const networksOf = (intents: readonly Intent[]): string[] =>
    intents
      .filter(isGuest)
      .flatMap(({ addresses }) => addresses)
      .filter((address) => !isHost(address) && prefixLength(address as Cidr) > 0);
  const kept = new Set(networksOf(after));
  return networksOf(before).filter((network) => !kept.has(network));
}

/** What the guests of other groups lose when addresses leave one. */
function lostMembers(name: string, addresses: readonly string[], index: GuestIndex): LostAllowance[] {
  if (addresses.length === 0) return [];
  return [...index.referring(name)].flatMap((group) =>
    index
      .groups(group)
      .flatMap(({ rules }) => rules)
      .filter(({ remote }) => typeof remote === 'object' && remote.group === name)
      .map((rule) => ({ of: { group }, rule, remotes: addresses })),
  );
}

function remotesOf({ remote }: SecurityGroupRule, index: GuestIndex): readonly string[] | undefined {
  if (remote === undefined) return undefined;
  return typeof remote === 'string' ? [remote] : index.membersOf(remote.group);
}

function nameOf(rule: SecurityGroupRule): string {
  return JSON.stringify(rule);
}

function isGuest(intent: Intent): intent is GuestIntent {
  return intent.kind === 'guest';
}

function isSecurityGroup(intent: Intent): intent is SecurityGroupIntent {
  return intent.kind === 'security-group';
}

function securityGroups(intents: readonly Intent[]): SecurityGroupIntent[] {
  return intents.filter(isSecurityGroup);
}
