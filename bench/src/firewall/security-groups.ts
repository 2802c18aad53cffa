import type { IntentGroup, SecurityGroupRule } from 'netdev-core';
import type { Change, Guest, Lines, Scenario } from './scenario.js';

/** The guests of one security group. */
export const GUESTS_A_GROUP = 10;

const KINDS: readonly string[] = ['join', 'replace', 'leave', 'member'];

const rules: readonly SecurityGroupRule[] = [
  { direction: 'in', protocol: 'tcp', ports: 22 },
  { direction: 'in', protocol: 'icmp' },
  { direction: 'in', remote: { group: 'own' } },
];

/**
 * Guests in security groups, whose members reach each other. Each change is of another group: a guest more, one with
 * another address, one less, and a member on another host more. The original had a rule for each member in the chain of
 * each guest of the group; its lines are those of IPv4, and none of them keeps a guest from lying about who it is.
 */
export const securityGroups: Scenario = {
  sizeOf: (guests) => `${guests} guests in groups`,
  kinds: KINDS,
  begin: (guests, owner) => {
    const groups = Array.from({ length: Math.ceil(guests / GUESTS_A_GROUP) }, (_, group) => group);
    return [
      ...groups.map((group) => ({ ours: { put: securityGroup(group) }, lines: linesOf(group, owner) })),
      ...groups.flatMap(guestsOf).map((guest) => ({ ours: { put: guestGroup(guest) }, lines: new Map() })),
    ];
  },
  changeOf(kind, turn, guests, owner) {
    const groups = Math.ceil(guests / GUESTS_A_GROUP);
    // Spread over all groups, so that nothing is cheap because it is at an end.
    const change = KINDS.indexOf(kind) + KINDS.length * turn;
    const group = (Math.floor(groups / 3) + change) % groups;
    const present = guestsOf(group);
    const [first = { number: 0, version: 0 }, ...others] = present;
    switch (kind) {
      case 'join': {
        const joining = { number: groups * GUESTS_A_GROUP + turn, version: 0, group };
        return {
          ours: { put: guestGroup(joining) },
          lines: linesOf(group, owner, { guests: [...present, joining] }),
        };
      }
      case 'replace': {
        const replaced = { ...first, version: turn + 1 };
        return {
          ours: { put: guestGroup({ ...replaced, group }) },
          lines: linesOf(group, owner, { guests: [replaced, ...others] }),
        };
      }
      case 'leave':
        return {
          ours: { delete: keyOf(first) },
          lines: new Map([...linesOf(group, owner, { guests: others }), [keyOf(first), undefined] as const]),
        };
      default: {
        const members = [`192.0.2.${turn + 1}`];
        return {
          ours: { put: securityGroup(group, members) },
          lines: linesOf(group, owner, { members }),
        };
      }
    }
  },
};

const keyOf = ({ number }: Pick<Guest, 'number'>): string => `guest/${number}`;
const nameOf = (group: number): string => `group-${group}`;

function guestsOf(group: number): (Guest & { group: number })[] {
  const first = group * GUESTS_A_GROUP;
  return Array.from({ length: GUESTS_A_GROUP }, (_, index) => ({ number: first + index, version: 0, group }));
}

function addressOf({ number, version }: Guest): string {
  return `10.${version}.${number >> 8}.${number & 255}`;
}

function guestGroup(guest: Guest & { group: number }): IntentGroup {
  const { number, version } = guest;
  const hex = number.toString(16).padStart(4, '0');
  return {
    key: keyOf(guest),
    intents: [
      {
        kind: 'guest',
        port: `tap${number}`,
        bridge: 'br0',
        mac: `02:00:00:00:${hex.slice(0, 2)}:${hex.slice(2)}`,
        addresses: [addressOf(guest), `fd00:${version}::${hex}`],
        securityGroups: [nameOf(guest.group)],
      },
    ],
  };
}

function securityGroup(group: number, members: readonly string[] = []): IntentGroup {
  const name = nameOf(group);
  const own = rules.map((rule) => (rule.remote === undefined ? rule : { ...rule, remote: { group: name } }));
  return { key: `group/${group}`, intents: [{ kind: 'security-group', name, rules: own, members }] };
}

/** The chains of a group's guests. */
function linesOf(
  group: number,
  owner: string,
  { guests = guestsOf(group), members = [] }: { guests?: readonly Guest[]; members?: readonly string[] } = {},
): Change['lines'] {
  const peers = [...guests.map(addressOf), ...members];
  return new Map(
    guests.map((guest): [string, Lines] => {
      const chain = `${owner}-inst-${guest.number}`;
      const texts = [
        '-m state --state INVALID -j DROP',
        '-m state --state RELATED,ESTABLISHED -j ACCEPT',
        '-p tcp -m tcp --dport 22 -j ACCEPT',
        '-p icmp -j ACCEPT',
        ...peers.map((address) => `-s ${address}/32 -j ACCEPT`),
        '-j DROP',
      ];
      return [
        keyOf(guest),
        {
          filter: [
            `:${chain}`,
            `-A ${owner}-FORWARD -d ${addressOf(guest)}/32 -j ${chain}`,
            ...texts.map((text) => `-A ${chain} ${text}`),
          ],
          nat: [],
        },
      ];
    }),
  );
}
