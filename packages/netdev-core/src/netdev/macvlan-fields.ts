import { InvalidArgumentError } from '../errors/index.js';
import { type MacAddress, parseUnicastMac } from '../values/index.js';
import { flag, oneOf } from './checks.js';
import type { MacvlanChanges, MacvlanMode } from './link-spec.js';

const modes: readonly MacvlanMode[] = ['private', 'vepa', 'bridge', 'passthru', 'source'];

/** The settings of a macvlan and of a macvtap that can be changed. */
export const macvlanFields = { mode: oneOf(modes), sources, nopromisc: flag };

/** @throws InvalidArgumentError naming what the mode does not have; without a mode, it may be any */
export function checkMacvlan({ mode, sources: listed, nopromisc }: MacvlanChanges, prefix = ''): void {
  if (mode === undefined) return;
  if (listed !== undefined && mode !== 'source')
    throw new InvalidArgumentError(`${prefix}sources`, listed, 'possible in mode source only');
  if (nopromisc !== undefined && mode !== 'passthru')
    throw new InvalidArgumentError(`${prefix}nopromisc`, nopromisc, 'possible in mode passthru only');
}

/** Without repetitions and in order, so that two lists can be compared. */
function sources(value: unknown, field: string): MacAddress[] {
  if (!Array.isArray(value)) throw new InvalidArgumentError(field, value, 'a list of MAC addresses');
  const parsed = value.map((mac: unknown, index) => parseUnicastMac(mac, `${field}[${index}]`));
  return [...new Set(parsed)].sort();
}
