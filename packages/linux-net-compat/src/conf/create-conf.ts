import { hostname, networkInterfaces } from 'node:os';
import { InvalidArgumentError } from 'netdev-core';
import type { LinuxNetConf } from './linux-net-conf.js';
import { type OptionKind, type OptionName, optionSpecs } from './options.js';

/**
 * Lays given options over the defaults.
 *
 * @throws InvalidArgumentError naming `conf.NAME` for an unknown name or a value of the wrong type
 */
export function createConf(given: Partial<LinuxNetConf> = {}): LinuxNetConf {
  const values = new Map<string, unknown>();
  for (const [name, value] of Object.entries(given)) {
    if (!isOptionName(name)) throw new InvalidArgumentError(`conf.${name}`, value, 'an option that there is');
    if (value === undefined) continue;
    const { kind } = optionSpecs[name];
    if (!accepts[kind].test(value)) throw new InvalidArgumentError(`conf.${name}`, value, accepts[kind].what);
    values.set(name, value);
  }
  for (const [name, spec] of Object.entries(optionSpecs)) {
    if (!values.has(name)) values.set(name, spec.default);
  }
  if (values.get('my_ip') === '') values.set('my_ip', firstAddress());
  if (values.get('host') === '') values.set('host', hostname());
  const entries = [...values].map(([name, value]) => [name, substitute(value, values)]);
  return Object.fromEntries(entries) as LinuxNetConf;
}

const isText = (value: unknown): value is string => typeof value === 'string';

const accepts: Readonly<Record<OptionKind, { what: string; test: (value: unknown) => boolean }>> = {
  string: { what: 'a string', test: isText },
  'optional-string': { what: 'a string or null', test: (value) => value === null || isText(value) },
  integer: { what: 'an integer', test: Number.isInteger },
  'optional-integer': {
    what: 'an integer or null',
    test: (value) => value === null || Number.isInteger(value),
  },
  number: { what: 'a finite number', test: Number.isFinite },
  boolean: { what: 'true or false', test: (value) => typeof value === 'boolean' },
  list: { what: 'a list of strings', test: (value) => Array.isArray(value) && value.every(isText) },
};

function isOptionName(name: string): name is OptionName {
  return Object.hasOwn(optionSpecs, name);
}

function substitute(value: unknown, values: ReadonlyMap<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((entry) => substitute(entry, values));
  if (!isText(value)) return value;
  return value.replace(/\$(\w+)/g, (whole, name: string) =>
    values.has(name) ? String(values.get(name)) : whole,
  );
}

/** The address that a host without `my_ip` is known by: its first IPv4 one that is not loopback. */
function firstAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
