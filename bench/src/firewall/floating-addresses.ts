import type { IntentGroup } from 'netdev-core';
import type { Change, Guest, Lines, Scenario } from './scenario.js';

/** The rules of one guest. */
export const RULES_A_GUEST = 5;

const KINDS = ['add', 'replace', 'remove'] as const;

/** Guests with a floating address each, and a service of the host. */
export const floatingAddresses: Scenario = {
  sizeOf: (guests) => `${guests * RULES_A_GUEST} rules`,
  kinds: KINDS,
  begin: (guests, owner) => [
    {
      ours: {
        put: {
          key: 'network',
          intents: [{ kind: 'forward-policy', bridge: 'br0', policy: 'outbound' }],
        },
      },
      lines: new Map(),
    },
    ...Array.from({ length: guests }, (_, number) => put({ number, version: 0 }, owner)),
  ],
  changeOf(kind, turn, guests, owner) {
    if (kind === 'add') return put({ number: guests + turn, version: 0 }, owner);
    // Somewhere in the middle, where nothing is cheap because it is at an end.
    const number = Math.floor(guests / 2) - 2 * turn;
    if (kind === 'replace') return put({ number, version: turn + 1 }, owner);
    const key = keyOf({ number: number - 1 });
    return { ours: { delete: key }, lines: new Map([[key, undefined]]) };
  },
};

/** Where the guest is reached, and where it is. */
function addressesOf({ number, version }: Guest): { floating: string; fixed: string } {
  const low = `${(number >> 8) & 255}.${number & 255}`;
  return {
    floating: `100.${64 + (number >> 16)}.${low}`,
    fixed: `10.${version * 4 + (number >> 16)}.${low}`,
  };
}

const keyOf = ({ number }: Pick<Guest, 'number'>): string => `guest/${number}`;

function put(guest: Guest, owner: string): Change {
  return { ours: { put: groupOf(guest) }, lines: new Map([[keyOf(guest), linesOf(guest, owner)]]) };
}

/** A floating address, which is four rules, and a service of the host for the guest, which is one. */
function groupOf(guest: Guest): IntentGroup {
  const { floating, fixed } = addressesOf(guest);
  return {
    key: keyOf(guest),
    intents: [
      { kind: 'floating-address', floating, fixed, interface: 'eth0' },
      { kind: 'accept-input', source: `${fixed}/32` },
    ],
  };
}

function linesOf(guest: Guest, owner: string): Lines {
  const { floating, fixed } = addressesOf(guest);
  return {
    nat: [
      `-A ${owner}-PREROUTING -d ${floating}/32 -j DNAT --to-destination ${fixed}`,
      `-A ${owner}-OUTPUT -d ${floating}/32 -j DNAT --to-destination ${fixed}`,
      `-A ${owner}-float-snat -s ${fixed}/32 -o eth0 -j SNAT --to-source ${floating}`,
    ],
    filter: [
      `-A ${owner}-FORWARD -d ${fixed}/32 -m conntrack --ctorigdst ${floating} -j ACCEPT`,
      `-A ${owner}-INPUT -s ${fixed}/32 -j ACCEPT`,
    ],
  };
}
