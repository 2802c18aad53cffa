import { InvalidArgumentError } from '../errors/index.js';
import type { Branded } from './brand.js';

/** The key of a firewall group or a DHCP network: `floating/203.0.113.7`. */
export type Key = Branded<'Key'>;

/**
 * Parses a key: 1 to 128 of `A-Z a-z 0-9 . _ : -` in segments joined by `/`; no segment is empty,
 * `.` or `..`, so a key can name a file or an anchor.
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parseKey(value: unknown, field = 'key'): Key {
  if (
    typeof value === 'string' &&
    value.length <= 128 &&
    /^[A-Za-z0-9._:-]+(?:\/[A-Za-z0-9._:-]+)*$/.test(value) &&
    !value.split('/').some((segment) => segment === '.' || segment === '..' || segment.startsWith('-'))
  ) {
    return value as Key;
  }
  throw new InvalidArgumentError(
    field,
    value,
    'a key (up to 128 of A-Z a-z 0-9 . _ : -, segments joined by /)',
  );
}
