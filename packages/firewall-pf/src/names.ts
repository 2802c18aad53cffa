import { createHash } from 'node:crypto';
import { InvalidArgumentError } from 'netdev-core';

/** The longest part of an anchor's path: PF_ANCHOR_NAME_SIZE (64, sys/net/pfvar.h) less its NUL. */
const ANCHOR_PART_MAX = 63;

/** The longest label: PF_RULE_LABEL_SIZE (64) less its NUL. */
const LABEL_MAX = 63;

/** The longest name of a table: PF_TABLE_NAME_SIZE (32) less its NUL. */
const TABLE_MAX = 31;

/** @throws InvalidArgumentError naming `owner` */
export function parseOwner(owner: unknown): string {
  if (typeof owner === 'string' && /^[A-Za-z0-9_-]{1,16}$/.test(owner)) return owner;
  throw new InvalidArgumentError('owner', owner, 'an owner (1 to 16 of A-Z a-z 0-9 _ -)');
}

/**
 * The anchor that all of an owner's are below: his name. pf keeps names that begin with `_` for itself, so such ones
 * get a dot in front, which no owner's name has.
 */
export function rootAnchor(owner: string): string {
  return /^[_-]/.test(owner) ? `.${owner}` : owner;
}

/** A key as a part of a path that has `room` characters: as it is with `+` for `/`, or, where it is too long, its hash. */
function keyPart(key: string, room: number): string {
  const part = key.replaceAll('/', '+');
  // No key has two slashes in a row.
  return part.length <= room ? part : `++${hash(key).slice(0, Math.min(43, room - 2))}`;
}

/** How a child's name begins: its class, and its place in the order in which groups were put. */
const PLACE_DIGITS = 5;
const HEAD = 1 + PLACE_DIGITS + 1;

/** The name of an anchor of a group: pf calls them in the order of the alphabet. */
export function childName(letter: string, place: number, key: string): string {
  const digits = place.toString(36).padStart(PLACE_DIGITS, '0');
  return `${letter}${digits}.${keyPart(key, ANCHOR_PART_MAX - HEAD)}`;
}

/** What the name of an anchor tells; `undefined`: it is none of ours. */
export function readChildName(name: string): { letter: string; place: number; part: string } | undefined {
  const found = /^([a-z])([0-9a-z]{5})\.(.+)$/.exec(name);
  if (found === null) return undefined;
  const [, letter = '', digits = '', part = ''] = found;
  return { letter, place: Number.parseInt(digits, 36), part };
}

export function childPart(key: string): string {
  return keyPart(key, ANCHOR_PART_MAX - HEAD);
}

/** What the rules of a security group are about: what comes to its guests, or what they send. */
export type Direction = 'in' | 'out';

/** The anchor of a group's rules for a security group, below the owner's. The dots keep `_` from coming first. */
export function securityGroupAnchor(name: string, direction: Direction, key: string): string {
  return `${securityGroupCall(name, direction)}/.${keyPart(key, ANCHOR_PART_MAX - 1)}`;
}

/** The anchor whose children are the rules of a security group for one direction. */
export function securityGroupCall(name: string, direction: Direction): string {
  return `sg/.${keyPart(name, ANCHOR_PART_MAX - 1)}/${direction}`;
}

/** By it `pfctl -sl` counts a group, and `pfctl -k label` ends its states. */
export function labelOf(owner: string, key: string): string {
  const whole = `${owner}:${key}`;
  return whole.length <= LABEL_MAX ? whole : `${owner}:++${hash(key)}`;
}

/** The label that tells which text an anchor was loaded with. No key begins with `#`. */
export function fingerprintLabel(owner: string, text: string): string {
  return `${owner}:#${hash(text).slice(0, 22)}`;
}

/** The table of the addresses of a guest. */
export function guestTable(port: string): string {
  return `g.${port}`;
}

/** The table of all that is in a security group: by its name, or where that is no name of a table by its hash. */
export function memberTable(group: string): string {
  const isName = /^[A-Za-z0-9._-]+$/.test(group) && group.length <= TABLE_MAX - 2;
  return isName ? `r.${group}` : `h.${hash(group).slice(0, TABLE_MAX - 2)}`;
}

/** What packets are tagged with. */
export interface Tags {
  /** A translation of ours decided where it goes. */
  translated: string;
  /** The policy of a bridge that is open from and to some devices lets it through. */
  allowed: string;
  /** It came in by a bridge that may reach the outside only. */
  outbound: string;
  /** It came in by a device that a forward policy names. */
  by(device: string): string;
}

export function tagsOf(owner: string): Tags {
  return {
    translated: `translated.${owner}`,
    allowed: `allowed.${owner}`,
    outbound: `outbound.${owner}`,
    by: (device) => `in.${owner}.${device}`,
  };
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
