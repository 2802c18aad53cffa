import type { AddressText } from './device-step.js';
import type { Words } from './words.js';

/** Flags of an address that `ip-address(8)` prints or takes. */
const flags: readonly string[] = [
  'secondary',
  'dynamic',
  'permanent',
  'deprecated',
  'tentative',
  'dadfailed',
  'temporary',
  'mngtmpaddr',
  'noprefixroute',
  'nodad',
  'home',
  'optimistic',
];

/** Flags that an address can be given; the others come of what it is, and ip-address(8) does not take them. */
export const settableFlags: readonly string[] = ['noprefixroute'];

/** Words that have one behind them which nothing here depends on. */
const attributes: readonly string[] = ['metric', 'proto', 'anycast', 'any'];

/**
 * Reads an address with what follows it. A printed one ends with its label, and may have words that
 * nothing is known of here; a given one names its device, and may not.
 */
export function readAddress(words: Words, printedOf?: string): AddressText {
  const local = words.next('an address');
  const address: AddressText = { link: printedOf ?? '', cidr: withLength(local), scope: 'global', flags: [] };
  while (words.left > 0) {
    const word = words.next();
    if (word === 'peer') {
      const [peer = '', length = '32'] = words.next('a peer').split('/');
      address.cidr = `${local}/${length}`;
      address.peer = peer;
    } else if (word === 'brd') address.broadcast = words.next('a broadcast address');
    else if (word === 'scope') address.scope = words.next('a scope');
    else if (word === 'dev' && printedOf === undefined) {
      // A label names its device: the kernel cuts `eth0:1` at the colon (dev_ioctl).
      const name = words.next('a device');
      [address.link = name] = name.split(':');
      if (name.includes(':')) address.label = name;
    } else if (flags.includes(word)) address.flags.push(word);
    else if (attributes.includes(word)) words.next('a value');
    else if (printedOf !== undefined) address.label = word;
    else words.refuse(`nothing is known of ${word}`);
  }
  if (address.link === '') words.refuse('a device is missing');
  return address;
}

/** Without a length it is a single host; the original put a whole address there where a network had none. */
function withLength(text: string): string {
  const [address = '', length] = text.split('/');
  if (length !== undefined && !/^\d+(\.\d+){3}$/.test(length)) return text;
  return `${address}/${address.includes(':') ? 128 : 32}`;
}
