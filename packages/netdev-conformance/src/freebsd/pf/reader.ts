import { PfSyntaxError } from './syntax-error.js';
import type { Token } from './tokens.js';

/** Reads the tokens of a text, one after the other. */
export interface Reader {
  readonly line: number;
  readonly done: boolean;
  /** Whether the next token is this word or sign. Quoted ones never are. */
  sees(...texts: readonly string[]): boolean;
  /** Takes the next token if it is one of these. */
  take(...texts: readonly string[]): string | undefined;
  expect(text: string): void;
  /** Any word, quoted or not. */
  word(): string;
  /** Whether a word comes next. */
  seesWord(): boolean;
  seesNewline(): boolean;
  skipNewlines(): void;
  /** @throws PfSyntaxError, always */
  fail(message?: string): never;
}

export function createReader(tokens: readonly Token[]): Reader {
  let at = 0;
  const next = (): Token | undefined => tokens[at];
  const lineOf = (): number => (next() ?? tokens.at(-1))?.line ?? 1;
  const reader: Reader = {
    get line() {
      return lineOf();
    },
    get done() {
      return at >= tokens.length;
    },
    sees: (...texts) => {
      const token = next();
      return (token?.kind === 'word' || token?.kind === 'sign') && texts.includes(token.text);
    },
    take: (...texts) => {
      if (!reader.sees(...texts)) return undefined;
      at += 1;
      return tokens[at - 1]?.text;
    },
    expect: (text) => {
      if (reader.take(text) === undefined) reader.fail();
    },
    word: () => {
      const token = next();
      if (token?.kind !== 'word' && token?.kind !== 'quoted') return reader.fail();
      at += 1;
      return token.text;
    },
    seesWord: () => next()?.kind === 'word' || next()?.kind === 'quoted',
    seesNewline: () => next()?.kind === 'newline',
    skipNewlines: () => {
      while (reader.seesNewline()) at += 1;
    },
    fail: (message) => {
      throw new PfSyntaxError(lineOf(), message);
    },
  };
  return reader;
}

/** One of something, or several in braces with or without commas. */
export function listOf<Item>(reader: Reader, read: () => Item): Item[] {
  if (reader.take('{') === undefined) return [read()];
  const items: Item[] = [];
  reader.skipNewlines();
  do {
    items.push(read());
    reader.skipNewlines();
    reader.take(',');
    reader.skipNewlines();
  } while (reader.take('}') === undefined);
  return items;
}
