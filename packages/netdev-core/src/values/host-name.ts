import { InvalidArgumentError } from '../errors/index.js';
import type { Branded } from './brand.js';

/** One label of a DNS name, in lower case: `web-1`. */
export type HostName = Branded<'HostName'>;

/** A DNS name of one or more labels, in lower case, without a final dot: `lab.example`. */
export type DomainName = Branded<'DomainName'>;

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const HOST = new RegExp(`^${LABEL}$`);
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);

/**
 * Parses a host name of one label: 1 to 63 letters, digits and inner dashes (RFC 1123, 2.1).
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parseHostName(value: unknown, field = 'hostname'): HostName {
  if (typeof value === 'string' && HOST.test(asciiLower(value))) return asciiLower(value) as HostName;
  throw new InvalidArgumentError(field, value, 'a host name (1 to 63 letters, digits and inner dashes)');
}

/**
 * Parses a DNS name of at most 253 characters (RFC 1123, 2.1; RFC 1035, 2.3.4).
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parseDomainName(value: unknown, field = 'domain'): DomainName {
  if (typeof value === 'string' && value.length <= 253 && DOMAIN.test(asciiLower(value))) {
    return asciiLower(value) as DomainName;
  }
  throw new InvalidArgumentError(
    field,
    value,
    'a DNS name (labels of letters, digits and inner dashes, joined by dots)',
  );
}

/** Unlike toLowerCase, turns no other letter (the Kelvin sign, U+212A) into an ASCII one. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
