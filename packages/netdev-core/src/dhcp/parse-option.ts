import { InvalidArgumentError } from '../errors/index.js';
import { parseInteger } from '../values/index.js';
import type { DhcpOption } from './option.js';
import { parseClassName } from './parse-class.js';
import { parseList } from './parse-list.js';

/** A {@link DhcpOption} with every value checked. */
export type ParsedDhcpOption = DhcpOption & { family: 'ipv4' | 'ipv6' };

/** @throws InvalidArgumentError naming the field below `field` */
export function parseOption({ option, values, ...rest }: DhcpOption, field: string): ParsedDhcpOption {
  const { family = 'ipv4', class: className, always } = rest;
  if (family !== 'ipv4' && family !== 'ipv6') {
    throw new InvalidArgumentError(`${field}.family`, family, 'ipv4 or ipv6');
  }
  if (typeof option === 'number') {
    parseInteger(option, `${field}.option`, 1, family === 'ipv4' ? 254 : 65535, 'an option number');
  } else if (typeof option !== 'string' || !/^[a-z][a-z0-9-]{0,63}$/.test(option)) {
    throw new InvalidArgumentError(`${field}.option`, option, 'an option number or name');
  }
  if (always !== undefined && always !== true) {
    throw new InvalidArgumentError(`${field}.always`, always, 'true, or left out');
  }
  return {
    option,
    values: parseList(values, `${field}.values`, parseOptionValue),
    family,
    ...(className === undefined ? {} : { class: parseClassName(className, `${field}.class`) }),
    ...(always === undefined ? {} : { always }),
  };
}

function parseOptionValue(value: unknown, field: string): string {
  if (
    typeof value === 'string' &&
    /^[\x21-\x2b\x2d-\x7e](?:[\x20-\x2b\x2d-\x7e]{0,253}[\x21-\x2b\x2d-\x7e])?$/.test(value)
  ) {
    return value;
  }
  throw new InvalidArgumentError(
    field,
    value,
    'an option value (up to 255 printable ASCII characters, no comma)',
  );
}
