import type { Defaults } from './parse-conf.js';
import { listOf, type Reader } from './reader.js';
import type { Ruleset } from './rules.js';

/** Options that may stand anywhere (parse.y does not check their place). */
const anywhere = ['skip', 'state-policy', 'ruleset-optimization', 'hostid'];

/** `set …`: only what changes the meaning of rules is kept. */
export function parseSet(reader: Reader, defaults: Defaults, ruleset: Ruleset, inOrder: () => void): void {
  reader.expect('set');
  if (reader.take('keepcounters') !== undefined) return;
  const option = reader.word();
  if (!anywhere.includes(option) && option !== 'require-order') inOrder();
  switch (option) {
    case 'skip': {
      reader.expect('on');
      ruleset.skip.push(...listOf(reader, () => reader.word()));
      return;
    }
    case 'block-policy': {
      defaults.blockPolicy = oneOf(reader, 'drop', 'return') as 'drop' | 'return';
      return;
    }
    case 'require-order': {
      defaults.requireOrder = oneOf(reader, 'yes', 'no') === 'yes';
      return;
    }
    case 'fail-policy': {
      oneOf(reader, 'drop', 'return');
      return;
    }
    case 'reassemble': {
      oneOf(reader, 'yes', 'no');
      return;
    }
    case 'state-policy': {
      oneOf(reader, 'if-bound', 'floating');
      return;
    }
    case 'timeout':
    case 'limit': {
      listOf(reader, () => [reader.word(), reader.word()]);
      return;
    }
    case 'loginterface':
    case 'optimization':
    case 'ruleset-optimization':
    case 'hostid':
    case 'debug': {
      reader.word();
      return;
    }
    default:
      reader.fail();
  }
}

function oneOf(reader: Reader, ...words: string[]): string {
  return reader.take(...words) ?? reader.fail();
}
