import { createHash } from 'node:crypto';

/** The longest chain name: XT_EXTENSION_MAXNAMELEN (29, linux/netfilter/x_tables.h) less its NUL. */
const CHAIN_MAX = 28;

/** The longest name of a set: IPSET_MAXNAMELEN (32, linux/netfilter/ipset/ip_set.h) less its NUL. */
const SET_MAX = 31;

/** What a chain of a guest or of a security group is for. */
type ChainUse = 'i' | 'o' | 'f' | 'si' | 'so';

/**
 * The name of a private chain behind the owner's prefix: that of the port or group it is for where it fits, else what
 * cannot be one, a colon and a hash, as long as there is room.
 */
export function privateChain(use: ChainUse, name: string, owner: string): string {
  return `${use}-${shortened(name, CHAIN_MAX - owner.length - 1 - use.length - 1)}`;
}

/**
 * The name of the set of a group's addresses, behind the owner's prefix. Colons cannot be part of an owner, so that
 * nobody's set can be taken for another owner's.
 */
export function memberSet(family: 'ipv4' | 'ipv6', group: string, owner: string): string {
  const version = family === 'ipv4' ? '4' : '6';
  return `${version}:${shortened(group, SET_MAX - owner.length - 3)}`;
}

/** The name of the set of the networks that a rule of a group allows. */
export function networkSet(family: 'ipv4' | 'ipv6', group: string, match: string, owner: string): string {
  const version = family === 'ipv4' ? '4' : '6';
  return `${version}:.${hash(`${group} ${match}`).slice(0, SET_MAX - owner.length - 4)}`;
}

function shortened(name: string, room: number): string {
  if (name.length <= room && /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name)) return name;
  return `:${hash(name).slice(0, room - 1)}`;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
