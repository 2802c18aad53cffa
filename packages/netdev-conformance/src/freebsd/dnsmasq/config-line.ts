/** What dnsmasq says of a line that it does not take. */
export class BadLine extends Error {}

/** A line as it is in its file. */
interface Line {
  line: string;
  /** From 1. */
  number: number;
}

/** A word of the configuration, and what is behind its `=`: parts between commas. */
export interface ConfigLine {
  word: string;
  parts: readonly string[];
}

/** @throws BadLine */
export function splitLine(line: string): ConfigLine {
  const at = line.indexOf('=');
  return at === -1
    ? { word: line, parts: [] }
    : { word: line.slice(0, at), parts: splitParts(line.slice(at + 1)) };
}

/** The lines of a file of dnsmasq's that are no comments and not empty. */
export function linesOf(text: string): Line[] {
  return text
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
}

/**
 * Parts between commas, without quotes: between these a comma is part of the text, and a backslash takes the meaning from what follows (option.c,
 * read_file).
 *
 * @throws BadLine
 */
export function splitParts(text: string): string[] {
  const parts = [''];
  let quoted = false;
  for (let place = 0; place < text.length; place += 1) {
    const letter = text[place] ?? '';
    if (letter === '"') quoted = !quoted;
    else if (letter === ',' && !quoted) parts.push('');
    else {
      if (letter === '\\' && quoted) place += 1;
      parts.push(`${parts.pop() ?? ''}${text[place] ?? ''}`);
    }
  }
  if (quoted) throw new BadLine('missing "');
  return parts;
}
