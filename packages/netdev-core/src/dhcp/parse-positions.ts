import { InvalidArgumentError } from '../errors/index.js';
import { type Key, parseKey } from '../values/index.js';
import type { DhcpEventsOptions } from './event.js';

/** A position as drivers make them: one word, of any meaning. */
const POSITION = /^[A-Za-z0-9._:-]{1,128}$/;

/**
 * Reads `after` of {@link DhcpEventsOptions}: the position by network. Whether a position is one of the driver's own
 * is for the driver to say.
 *
 * @param key the network that was asked for; `undefined`: all
 * @throws InvalidArgumentError naming `after` or `after.KEY`
 */
export function parsePositions(after: DhcpEventsOptions['after'], key: Key | undefined): Map<Key, string> {
  if (after === undefined) return new Map();
  if (typeof after === 'string') {
    if (key !== undefined) return new Map([[key, parsePosition(after, 'after')]]);
    throw new InvalidArgumentError('after', after, 'positions by network, as all are asked for');
  }
  if (typeof after !== 'object' || after === null) {
    throw new InvalidArgumentError('after', after, 'a position, or positions by network');
  }
  const positions = Object.entries(after).map(
    ([name, value]) => [parseKey(name, 'after'), parsePosition(value, `after.${name}`)] as const,
  );
  const other = positions.find(([name]) => key !== undefined && name !== key)?.[0];
  if (other !== undefined) throw new InvalidArgumentError('after', other, `the network asked for, ${key}`);
  return new Map(positions);
}

function parsePosition(value: unknown, field: string): string {
  if (typeof value === 'string' && POSITION.test(value)) return value;
  throw new InvalidArgumentError(field, value, 'the position of an event');
}
