import { CommandFailure } from '../command-failure.js';
import { NotCoveredError } from '../not-covered.js';
import type { Work } from './work.js';

/** The next word, which has to be there. */
export function operand({ words, argv }: Work): string {
  const word = words.shift();
  if (word === undefined) throw new NotCoveredError(argv, 'a word lacks its operand');
  return word;
}

export function wholeNumber({ argv }: Work, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new NotCoveredError(argv, `${text} is no number`);
}

/** @throws CommandFailure as ifconfig says it of an address that it cannot read */
export function badValue(text: string): never {
  throw new CommandFailure(`${text}: bad value`);
}
