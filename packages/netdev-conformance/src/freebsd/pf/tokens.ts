import { PfSyntaxError } from './syntax-error.js';

/** A piece of pf.conf: a bare word, a quoted one, a sign, or the end of a line. */
export interface Token {
  kind: 'word' | 'quoted' | 'sign' | 'newline';
  text: string;
  line: number;
}

const SIGNS = new Set(['(', ')', '{', '}', '<', '>', '!', '=', '/', ',']);

/** What a bare word is made of (allowed_in_string of sbin/pfctl/parse.y). */
const WORD = /[A-Za-z0-9"$%&'*+\-.:;?@[\\\]^_`|~]/;

/**
 * Splits a text into tokens, with macros put in where they are used. Lines that end in a backslash go on.
 *
 * @throws PfSyntaxError for a macro that is not defined, a quote that does not end, and a sign that means nothing
 */
export function tokenize(text: string, macros: Map<string, string> = new Map(), firstLine = 1): Token[] {
  const tokens: Token[] = [];
  let line = firstLine;
  let at = 0;
  const push = (kind: Token['kind'], word: string): void => {
    tokens.push({ kind, text: word, line });
  };
  while (at < text.length) {
    const sign = text[at] ?? '';
    if (sign === '\\' && text[at + 1] === '\n') {
      line += 1;
      at += 2;
    } else if (sign === '\n') {
      push('newline', '\n');
      line += 1;
      at += 1;
      defineMacro(tokens, macros);
    } else if (sign === ' ' || sign === '\t') {
      at += 1;
    } else if (sign === '#') {
      while (at < text.length && text[at] !== '\n') at += 1;
    } else if (sign === '"' || sign === "'") {
      const end = text.indexOf(sign, at + 1);
      const quoted = text.slice(at + 1, end);
      if (end === -1 || quoted.includes('\n')) throw new PfSyntaxError(line, 'unterminated quote');
      push('quoted', quoted);
      at = end + 1;
    } else if (sign === '$') {
      const [name = ''] = /^[A-Za-z0-9_]+/.exec(text.slice(at + 1)) ?? [];
      const value = macros.get(name);
      if (value === undefined) throw new PfSyntaxError(line, `macro '${name}' not defined`);
      // A definition keeps the text of a macro together; anywhere else its words count.
      if (isDefinition(tokens)) push('quoted', value);
      else tokens.push(...tokenize(value, macros, line));
      at += 1 + name.length;
    } else if (sign === '-' && text[at + 1] === '>') {
      push('sign', '->');
      at += 2;
    } else if (SIGNS.has(sign)) {
      push('sign', sign);
      at += 1;
    } else if (WORD.test(sign)) {
      let end = at;
      while (end < text.length && WORD.test(text[end] ?? '')) end += 1;
      push('word', text.slice(at, end));
      at = end;
    } else {
      throw new PfSyntaxError(line);
    }
  }
  return tokens;
}

/** The tokens since the last line ended. */
function lastLine(tokens: readonly Token[]): Token[] {
  const ends = tokens.findLastIndex(({ kind }) => kind === 'newline');
  return tokens.slice(ends + 1);
}

function isDefinition(tokens: readonly Token[]): boolean {
  const [, equals] = lastLine(tokens);
  return equals?.kind === 'sign' && equals.text === '=';
}

/** Takes `NAME = VALUE`, when that is the line that has just ended. */
function defineMacro(tokens: Token[], macros: Map<string, string>): void {
  const ended = lastLine(tokens.slice(0, -1));
  const [name, equals, ...values] = ended;
  if (name?.kind !== 'word' || equals?.kind !== 'sign' || equals.text !== '=') return;
  if (values.length === 0 || values.some(({ kind }) => kind === 'sign')) throw new PfSyntaxError(name.line);
  macros.set(name.text, values.map(({ text }) => text).join(' '));
  tokens.splice(tokens.length - 1 - ended.length, ended.length);
}
