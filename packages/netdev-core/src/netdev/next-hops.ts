import { InvalidArgumentError } from '../errors/index.js';
import {
  type InterfaceName,
  type IpAddress,
  type IpFamily,
  ipFamily,
  parseInteger,
  parseInterfaceName,
  parseIpAddress,
} from '../values/index.js';
import { checked, flag } from './checks.js';
import type { NextHop, NextHopSpec } from './route.js';

/** A {@link NextHopSpec} with its values parsed. */
export interface ParsedNextHop extends NextHopSpec {
  via?: IpAddress;
  link?: InterfaceName;
}

const fields = {
  via: (value: unknown, field: string) => parseIpAddress(value, field),
  link: parseInterfaceName,
  weight: (value: unknown, field: string) => parseInteger(value, field, 1, 256, 'a weight'),
  onLink: flag,
};

/** Parses the ways of a route that has several. @throws InvalidArgumentError naming the field */
export function parseNextHops(value: unknown, field: string): ParsedNextHop[] {
  if (!Array.isArray(value) || value.length < 2)
    throw new InvalidArgumentError(field, value, 'a list of two ways or more');
  return value.map((hop: unknown, index) => {
    const name = `${field}[${index}]`;
    const parsed = checked(hop, name, fields, []) as ParsedNextHop;
    if (parsed.via === undefined && parsed.link === undefined)
      throw new InvalidArgumentError(name, hop, 'a way with a gateway or a link');
    return parsed;
  });
}

/** @throws InvalidArgumentError naming the gateway that is of another family than the destination */
export function checkNextHopFamily(hops: readonly ParsedNextHop[], family: IpFamily): void {
  for (const [index, { via }] of hops.entries()) {
    if (via !== undefined && ipFamily(via) !== family)
      throw new InvalidArgumentError(`nextHops[${index}].via`, via, `an ${family} address`);
  }
}

/** For drivers: whether the ways of a route are those asked for, in any order. A link that is left out is any. */
export function sameNextHops(
  present: readonly NextHop[] | undefined,
  wanted: readonly NextHopSpec[] | undefined,
): boolean {
  if (present?.length !== wanted?.length) return false;
  const left = [...(present ?? [])];
  return (wanted ?? []).every(({ via, link, weight = 1, onLink = false }) => {
    const found = left.findIndex(
      (hop) =>
        hop.via === via &&
        hop.weight === weight &&
        hop.onLink === onLink &&
        (link === undefined || hop.link === link),
    );
    if (found !== -1) left.splice(found, 1);
    return found !== -1;
  });
}
