import { InvalidArgumentError } from '../errors/index.js';
import type { Branded } from './brand.js';

/** The name of a network device, as both Linux and FreeBSD take it. */
export type InterfaceName = Branded<'InterfaceName'>;

/** The longest device name: IFNAMSIZ (16) less its NUL, on Linux (linux/if.h) and FreeBSD (net/if.h) alike. */
export const INTERFACE_NAME_MAX = 15;

/**
 * Parses a device name: 1 to 15 ASCII letters, digits, `_`, `.` or `-`, not starting with `-` or `.`.
 *
 * The kernels accept more (Linux's dev_valid_name refuses only blanks, `/`, `:`, `.` and `..`). What is
 * left out here has a meaning in some rule file, pattern or command line: `+` ends an iptables
 * wildcard, `@` splits a link from its parent in what `ip` prints, `%` is a name pattern.
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parseInterfaceName(value: unknown, field = 'name'): InterfaceName {
  if (typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/.test(value))
    return value as InterfaceName;
  throw new InvalidArgumentError(
    field,
    value,
    `a device name (1 to ${INTERFACE_NAME_MAX} of A-Z a-z 0-9 _ . -, first no dot or dash)`,
  );
}

/** The longest other name that a link is known by: ALTIFNAMSIZ (128) of linux/if.h less its NUL. */
export const LINK_NAME_MAX = 127;

/**
 * Parses what a link is known by, its name or another: as {@link parseInterfaceName}, but up to 127 characters long.
 *
 * @throws InvalidArgumentError naming `field`
 */
export function parseLinkName(value: unknown, field = 'name'): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}$/.test(value)) return value;
  throw new InvalidArgumentError(
    field,
    value,
    `what a link is known by (1 to ${LINK_NAME_MAX} of A-Z a-z 0-9 _ . -, first no dot or dash)`,
  );
}
