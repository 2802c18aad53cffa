import { rule } from './match.js';

/**
 * The target of a rule that allows. Iptables has no way back over two chains at once, so a chain that many go through
 * sets one bit of the packet's mark, which a guest's own chain clears before, looks at, and clears again.
 */
export function allow(bit: number): string {
  return `MARK --set-xmark ${bitText(bit)}/${bitText(bit)}`;
}

/** How a rule begins that clears the bit. */
export const CLEARING = '-j MARK --set-xmark 0x0/';

/** The rules of a guest's own chain that ask others, and drop what none of them allows. */
export function askChains(chains: readonly string[], bit: number): string[] {
  if (chains.length === 0) return [rule({}, 'DROP')];
  const clear = `${CLEARING}${bitText(bit)}`;
  return [
    // Somebody else may use the bit too.
    clear,
    ...chains.map((chain) => rule({}, chain)),
    rule({ more: `-m mark ! --mark ${bitText(bit)}/${bitText(bit)}` }, 'DROP'),
    clear,
  ];
}

function bitText(bit: number): string {
  return `0x${bit.toString(16)}`;
}
