import { Readable } from 'node:stream';

/**
 * Text for the standard input of a program: all of it, or parts of any length, which are asked for while the program reads
 * those before, and anew at each try.
 */
export type InputText = string | Iterable<string>;

/** A pipe holds as much (pipe(7)): the program reads one piece while the next is made. */
const PIECE_LENGTH = 65_536;

/** All of an input. */
export function wholeInput(input: InputText | undefined): string | undefined {
  return input === undefined || typeof input === 'string' ? input : [...input].join('');
}

/** What a program is fed with. A long text in parts is never there as a whole: memory is what it would take longest for. */
export function feedOf(input: InputText): string | Readable {
  if (typeof input === 'string') return input;
  const pieces = inPieces(input);
  const { value: first = '' } = pieces.next();
  // Only the last is shorter.
  return first.length < PIECE_LENGTH ? first : Readable.from(startingWith(first, pieces));
}

function* inPieces(parts: Iterable<string>): Generator<string, undefined> {
  let piece: string[] = [];
  let length = 0;
  for (const part of parts) {
    piece.push(part);
    length += part.length;
    if (length < PIECE_LENGTH) continue;
    yield piece.join('');
    piece = [];
    length = 0;
  }
  if (length > 0) yield piece.join('');
}

function* startingWith(first: string, rest: Iterable<string>): Generator<string> {
  yield first;
  yield* rest;
}
