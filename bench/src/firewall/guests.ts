import type { IntentGroup } from 'netdev-core';

/** The rules of one guest. */
export const RULES_A_GUEST = 5;

/** A guest as it is to be: each number has other addresses, and each version another one inside. */
export interface Guest {
  number: number;
  version: number;
}

/** One guest comes, changes or goes. */
export type Change = { do: 'put'; guest: Guest } | { do: 'delete'; guest: Guest };

/** The three kinds of change, each of another guest. */
export const KINDS = ['add', 'replace', 'remove'] as const;
export type Kind = (typeof KINDS)[number];

/** @param turn which of the changes of this kind */
export function changeOf(kind: Kind, turn: number, guests: number): Change {
  if (kind === 'add') return { do: 'put', guest: { number: guests + turn, version: 0 } };
  // Somewhere in the middle, where nothing is cheap because it is at an end.
  const number = Math.floor(guests / 2) - 2 * turn;
  if (kind === 'replace') return { do: 'put', guest: { number, version: turn + 1 } };
  return { do: 'delete', guest: { number: number - 1, version: 0 } };
}

/** Where the guest is reached, and where it is. */
function addressesOf({ number, version }: Guest): { floating: string; fixed: string } {
  const low = `${(number >> 8) & 255}.${number & 255}`;
  return {
    floating: `100.${64 + (number >> 16)}.${low}`,
    fixed: `10.${version * 4 + (number >> 16)}.${low}`,
  };
}

export const keyOf = ({ number }: Guest): string => `guest/${number}`;

/** A floating address, which is four rules, and a service of the host for the guest, which is one. */
export function groupOf(guest: Guest): IntentGroup {
  const { floating, fixed } = addressesOf(guest);
  return {
    key: keyOf(guest),
    intents: [
      { kind: 'floating-address', floating, fixed, interface: 'eth0' },
      { kind: 'accept-input', source: `${fixed}/32` },
    ],
  };
}

/** The same as a list of lines, for a program that keeps its rules as the original did. */
export function linesOf(guest: Guest, owner: string): Readonly<Record<'filter' | 'nat', string[]>> {
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

/** Rules of somebody else, in chains of theirs that a built-in one leads to. */
export function foreignRules(count: number): string {
  const chains = Math.max(1, Math.ceil(count / 20));
  const rule = (number: number): string =>
    `-A F${number % chains} -s 172.${16 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}/32 -j ACCEPT`;
  return [
    '*filter',
    ...Array.from({ length: chains }, (_, number) => `:F${number} - [0:0]`),
    ...Array.from({ length: chains }, (_, number) => `-A FORWARD -i f${number} -j F${number}`),
    ...Array.from({ length: count }, (_, number) => rule(number)),
    'COMMIT',
    '',
  ].join('\n');
}
