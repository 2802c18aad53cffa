import { InvalidArgumentError } from '../errors/index.js';
import { type IpAddress, parseInteger, parseIpAddress } from '../values/index.js';
import { type BootFile, bootArchitectures, type ClientClass } from './client-class.js';

/** A {@link ClientClass} with its condition as what is compared. */
export interface ParsedClientClass {
  name: string;
  match:
    | { by: 'architecture'; number: number }
    | { by: 'vendorClass' | 'userClass'; text: string }
    | { by: 'mac'; prefix: string };
}

export interface ParsedBootFile {
  file: string;
  serverAddress: IpAddress | undefined;
  class: string | undefined;
}

/** @throws InvalidArgumentError naming `field` */
export function parseClassName(value: unknown, field: string): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_-]{1,32}$/.test(value)) return value;
  throw new InvalidArgumentError(field, value, 'the name of a class (up to 32 of A-Z a-z 0-9 _ -)');
}

/** @throws InvalidArgumentError naming `field` */
export function refuseUnknownClass(
  name: string | undefined,
  known: ReadonlySet<string>,
  field: string,
): void {
  if (name === undefined || known.has(name)) return;
  const names = [...known].join(', ') || 'there is none';
  throw new InvalidArgumentError(field, name, `a class of the network (${names})`);
}

/** @throws InvalidArgumentError naming the field below `field` */
export function parseClientClass({ name, match }: ClientClass, field: string): ParsedClientClass {
  return { name: parseClassName(name, `${field}.name`), match: parseMatch(match, `${field}.match`) };
}

function parseMatch(match: ClientClass['match'], field: string): ParsedClientClass['match'] {
  const [[kind, value] = [], ...more] = Object.entries(match ?? {});
  const at = `${field}.${kind}`;
  if (more.length > 0) throw new InvalidArgumentError(field, Object.keys(match), 'one condition');
  if (kind === 'architecture') return { by: kind, number: parseArchitecture(value, at) };
  if (kind === 'vendorClass' || kind === 'userClass') return { by: kind, text: parseClassText(value, at) };
  if (kind === 'mac') return { by: kind, prefix: parseMacPrefix(value, at) };
  throw new InvalidArgumentError(field, match, 'architecture, vendorClass, userClass or mac');
}

function parseArchitecture(value: unknown, field: string): number {
  if (typeof value === 'number') return parseInteger(value, field, 0, 65535, 'an architecture');
  if (typeof value === 'string' && Object.hasOwn(bootArchitectures, value)) {
    return bootArchitectures[value as keyof typeof bootArchitectures];
  }
  throw new InvalidArgumentError(
    field,
    value,
    `a number or one of ${Object.keys(bootArchitectures).join(', ')}`,
  );
}

/** What servers compare with part of what a client sends; `*` and quotes mean something to some of them. */
function parseClassText(value: unknown, field: string): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_.:/-]{1,128}$/.test(value)) return value;
  throw new InvalidArgumentError(field, value, 'a text (up to 128 of A-Z a-z 0-9 _ . : / -)');
}

function parseMacPrefix(value: unknown, field: string): string {
  if (typeof value === 'string' && /^[0-9a-f]{2}(?:[:-][0-9a-f]{2}){0,5}$/i.test(value)) {
    return value.toLowerCase().replaceAll('-', ':');
  }
  throw new InvalidArgumentError(field, value, 'one to six bytes of a MAC address (52:54:00)');
}

/** @throws InvalidArgumentError naming the field below `field` */
export function parseBootFile({ file, serverAddress, ...rest }: BootFile, field: string): ParsedBootFile {
  if (typeof file !== 'string' || !/^[A-Za-z0-9_.:/%=?&+@~-]{1,127}$/.test(file)) {
    const what = 'a path or URL (up to 127 of A-Z a-z 0-9 _ . : / % = ? & + @ ~ -)';
    throw new InvalidArgumentError(`${field}.file`, file, what);
  }
  return {
    file,
    serverAddress:
      serverAddress === undefined
        ? undefined
        : parseIpAddress(serverAddress, `${field}.serverAddress`, 'ipv4'),
    class: rest.class === undefined ? undefined : parseClassName(rest.class, `${field}.class`),
  };
}
