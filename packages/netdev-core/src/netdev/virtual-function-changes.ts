import { parseInteger, parseMacAddress, parseUnicastMac, parseVlanId } from '../values/index.js';
import { withoutAbsent } from '../without-absent.js';
import { checked, flag, oneOf } from './checks.js';
import type { VirtualFunctionChanges, VirtualFunctionState } from './virtual-function.js';

/** Parses the number of a virtual function; a card has 2^16 at most (PCI Express, TotalVFs). @throws InvalidArgumentError */
export function parseVirtualFunctionIndex(value: unknown, field = 'index'): number {
  return parseInteger(value, field, 0, 0xffff, 'the number of a virtual function');
}

/** Parses changes to a virtual function. @throws InvalidArgumentError naming the field */
export function parseVirtualFunctionChanges(changes: VirtualFunctionChanges): VirtualFunctionChanges {
  const known = {
    // All zeros: the card forgets the address that it was given.
    mac: (value: unknown, field: string) =>
      isZeroMac(value) ? parseMacAddress(value) : parseUnicastMac(value, field),
    vlanId: parseVlanId,
    trust: flag,
    spoofCheck: flag,
    linkState: oneOf(['auto', 'enable', 'disable']),
  };
  return checked(changes, 'changes', known, [], '') as VirtualFunctionChanges;
}

/** For drivers: what has to be written so that a virtual function is as asked for: only what differs, or is not told. */
export function virtualFunctionDifference(
  state: VirtualFunctionState,
  wanted: VirtualFunctionChanges,
): VirtualFunctionChanges {
  const differing = <T>(value: T | undefined, present: T | undefined): T | undefined =>
    value === present ? undefined : value;
  return withoutAbsent<VirtualFunctionChanges>({
    mac: differing<string>(wanted.mac, state.mac),
    vlanId: differing(wanted.vlanId, state.vlanId),
    trust: differing(wanted.trust, state.trust),
    spoofCheck: differing(wanted.spoofCheck, state.spoofCheck),
    linkState: differing(wanted.linkState, state.linkState),
  });
}

function isZeroMac(value: unknown): boolean {
  return typeof value === 'string' && /^00([:-]00){5}$/.test(value);
}
