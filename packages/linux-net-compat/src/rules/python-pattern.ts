import { InvalidArgumentError } from 'netdev-core';

/** The letters of Python's inline flags that JavaScript has as flags of its own. */
const FLAGS = 'ims';

/**
 * A regular expression in the syntax of Python's `re`, which the original took: `(?P<name>…)`,
 * `(?P=name)`, `\A`, `\Z`, and flags at the start (`(?i)`) are rewritten, the rest is alike.
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parsePythonPattern(value: string, field: string): RegExp {
  const [start = '', letters = ''] = /^\(\?([a-zA-Z]+)\)/.exec(value) ?? [];
  const flags = [...letters].filter((letter) => FLAGS.includes(letter)).join('');
  const source = value
    .slice(start.length)
    .replace(/\\\\|\\[AZ]|\(\?P<|\(\?P=(\w+)\)/g, (word, name: string | undefined) => {
      if (name !== undefined) return `\\k<${name}>`;
      return { '\\A': '^', '\\Z': '$', '(?P<': '(?<' }[word] ?? word;
    });
  try {
    return new RegExp(source, flags);
  } catch {
    throw new InvalidArgumentError(field, value, 'a regular expression');
  }
}
