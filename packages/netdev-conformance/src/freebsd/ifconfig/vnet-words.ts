import type { NetworkInterface } from '../network-interface.js';
import { NotCoveredError } from '../not-covered.js';
import { findInterface, freeIndex, tell, type Vnet } from '../vnet.js';
import { remove } from './clone.js';
import { operand } from './operands.js';
import type { Word } from './work.js';

/** `vnet JAIL`: the interface goes there, and is not here any more. */
export const moveToJail: Word = (work) => {
  const jail = work.kernel.jails.get(operand(work));
  if (jail === undefined) throw new NotCoveredError(work.argv, 'what it says of a jail that is not there');
  moveInterface(work.vnet, jail, work.link, work.argv);
};

/** `-vnet JAIL`: takes it back from there; it is run where the interface is to be. */
export const moveHome: Word = ({ argv }) => {
  throw new NotCoveredError(argv, 'an interface of this name here');
};

/**
 * Moves an interface, where it is down, without addresses, and in no group but that of its type (sys/net/if.c, if_vmove
 * detaches and attaches it).
 */
export function moveInterface(from: Vnet, to: Vnet, link: NetworkInterface, argv: readonly string[]): void {
  if (findInterface(to, link.name) !== undefined)
    throw new NotCoveredError(argv, 'what it says where the name is taken there');
  remove(from, link);
  Object.assign(link, {
    index: freeIndex(to),
    addresses: [],
    up: false,
    ifDisabled: link.type !== 'physical',
    groups: link.groups.slice(0, link.type === 'physical' ? 0 : 1),
  });
  to.interfaces.push(link);
  tell(to);
}
