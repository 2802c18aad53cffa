import { NotCoveredError } from '../not-covered.js';
import { addMember, dropMember, memberOf } from './membership.js';
import { operand, wholeNumber } from './operands.js';
import type { Word, Work } from './work.js';

/** A flag of a port, with the word that sets it and the one that takes it away. */
function memberFlag(word: string, flag: 'stp' | 'private' | 'learning' | 'discover'): [string, Word][] {
  const set =
    (value: boolean): Word =>
    (work) => {
      requireBridge(work);
      const member = memberOf(work.link, operand(work), 'BRDGGIFFLGS');
      member[flag] = value;
    };
  return [
    [word, set(true)],
    [`-${word}`, set(false)],
  ];
}

function setting(name: 'fwddelay' | 'timeout' | 'maxaddr', least: number, most: number): [string, Word] {
  return [
    name,
    (work) => {
      const bridge = requireBridge(work);
      const value = wholeNumber(work, operand(work));
      if (value < least || value > most) throw new NotCoveredError(work.argv, `${name} ${value}`);
      bridge[name] = value;
    },
  ];
}

function requireBridge({ link, argv }: Work) {
  if (link.bridge === undefined) throw new NotCoveredError(argv, `${link.name} is no bridge`);
  return link.bridge;
}

/** The words of sbin/ifconfig/ifbridge.c that are covered. */
export const bridgeWords: readonly [string, Word][] = [
  [
    'addm',
    (work) => {
      requireBridge(work);
      addMember(work.vnet, work.link, operand(work));
    },
  ],
  [
    'deletem',
    (work) => {
      requireBridge(work);
      dropMember(work.vnet, work.link, operand(work));
    },
  ],
  ...memberFlag('stp', 'stp'),
  ...memberFlag('private', 'private'),
  ...memberFlag('learn', 'learning'),
  ...memberFlag('discover', 'discover'),
  setting('fwddelay', 4, 30),
  setting('timeout', 1, 1_000_000),
  setting('maxaddr', 1, 1_000_000),
];
