import { kernelAddress } from '../iptables/kernel-address.js';
import type { Family } from '../tools/family.js';
import type { OurRule } from './our-rules.js';
import type { Seen } from './seen.js';

/** What a rule that is only for one address, port or device begins with, and what a packet has of that. */
interface Beginning {
  words: string;
  kind: 'address' | 'device';
  valueIn(seen: Seen): string | null | undefined;
}

const ofBridge: readonly Beginning[] = [{ words: '-i ', kind: 'device', valueIn: (seen) => seen.in }];

const ofIptables: readonly Beginning[] = [
  { words: '-s ', kind: 'address', valueIn: ({ ip }) => (ip === undefined ? null : ip.source) },
  { words: '-d ', kind: 'address', valueIn: ({ ip }) => (ip === undefined ? null : ip.destination) },
  ...ofBridge,
  { words: '-m physdev --physdev-out ', kind: 'device', valueIn: (seen) => seen.physicalOut },
];

/**
 * Whether a rule says by its first words alone that it is not for a packet. It is there for the tens of thousands of rules
 * that are for somebody else, whose texts need not be taken apart then; where it does not know, the answer is no.
 */
export function createRulingOut(seen: Seen, family: Family): (rule: OurRule) => boolean {
  const beginnings = (family === 'bridge' ? ofBridge : ofIptables).map(({ words, kind, valueIn }) => {
    const value = valueIn(seen);
    const text = kind === 'address' && typeof value === 'string' ? addressText(value) : value;
    return { words, kind, text };
  });
  return ({ text: rule, key }) => {
    for (const { words, kind, text } of beginnings) {
      if (!rule.startsWith(words)) continue;
      if (text === undefined) return false;
      const end = rule.indexOf(' ', words.length);
      const length = (end === -1 ? rule.length : end) - words.length;
      if (text !== null && text.length === length && rule.startsWith(text, words.length)) return false;
      const named = rule.slice(words.length, words.length + length);
      return kind === 'address' ? isOneAddress(named, key !== undefined) : isOneDevice(named);
    }
    return false;
  };
}

function addressText(address: string): string {
  return address.includes(':') ? `${kernelAddress(address)}/128` : `${address}/32`;
}

/** @param isRendered whether the text is ours, which has one form only for each address */
function isOneAddress(text: string, isRendered: boolean): boolean {
  return /^\d+\.\d+\.\d+\.\d+\/32$/.test(text) || (isRendered && text.endsWith('/128'));
}

function isOneDevice(text: string): boolean {
  return /^[^!"'\\]*[^!"'\\+]$/.test(text);
}
