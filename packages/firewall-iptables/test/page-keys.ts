import { pageMark } from '../src/intents/page-names.js';

/** A key of this beginning whose group begins pages of chains, or does not. */
export function keyOf(name: string, { beginsPages }: { beginsPages: boolean }): string {
  for (let number = 0; ; number++) {
    const key = `${name}.${number}`;
    if ((pageMark(key) !== undefined) === beginsPages) return key;
  }
}
