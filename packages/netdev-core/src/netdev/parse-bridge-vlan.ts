import { InvalidArgumentError } from '../errors/index.js';
import { type InterfaceName, parseInteger, parseInterfaceName } from '../values/index.js';
import { withoutAbsent } from '../without-absent.js';
import type { BridgeVlan, BridgeVlanRange, BridgeVlanSpec } from './bridge-vlan.js';
import { type Check, checked, flag } from './checks.js';

/** A {@link BridgeVlanRange} with its values parsed. `lastVlanId` is absent where it is one VLAN, `self` where it is a port. */
export interface ParsedBridgeVlanRange extends BridgeVlanRange {
  link: InterfaceName;
  self?: true;
}

/** A {@link BridgeVlanSpec} with its values parsed. */
export interface ParsedBridgeVlanSpec extends ParsedBridgeVlanRange {
  pvid: boolean;
  untagged: boolean;
}

// IEEE 802.1Q reserves 0 and 4095.
const id: Check<number> = (value, field) => parseInteger(value, field, 1, 4094, 'a VLAN id');
const range = { link: parseInterfaceName, self: flag, vlanId: id, lastVlanId: id };
const required = ['link', 'vlanId'];

/** Parses VLANs of a link that are to go. @throws InvalidArgumentError naming the field */
export function parseBridgeVlanRange(given: BridgeVlanRange): ParsedBridgeVlanRange {
  return settled(checked(given, 'range', range, required, '') as unknown as BridgeVlanRange);
}

/** Parses VLANs that a link is to be in. @throws InvalidArgumentError naming the field */
export function parseBridgeVlanSpec(given: BridgeVlanSpec): ParsedBridgeVlanSpec {
  const known = { ...range, pvid: flag, untagged: flag };
  const {
    pvid = false,
    untagged = false,
    ...rest
  } = checked(given, 'spec', known, required, '') as unknown as BridgeVlanSpec;
  const parsed = settled(rest);
  if (pvid && parsed.lastVlanId !== undefined)
    throw new InvalidArgumentError(
      'pvid',
      pvid,
      'false for several VLANs: a link has one for what has no tag',
    );
  return { ...parsed, pvid, untagged };
}

/** For drivers: the entry that shows what was asked for. */
export function bridgeVlanOf(
  { link, vlanId, lastVlanId, pvid, untagged }: ParsedBridgeVlanSpec,
  bridge: InterfaceName,
): BridgeVlan {
  return withoutAbsent<BridgeVlan>({ link, bridge, vlanId, lastVlanId, pvid, untagged });
}

function settled({ link, self, vlanId, lastVlanId = vlanId }: BridgeVlanRange): ParsedBridgeVlanRange {
  if (lastVlanId < vlanId)
    throw new InvalidArgumentError('lastVlanId', lastVlanId, `a VLAN id from ${vlanId} to 4094`);
  return withoutAbsent<ParsedBridgeVlanRange>({
    link: link as InterfaceName,
    self: self === true ? true : undefined,
    vlanId,
    lastVlanId: lastVlanId === vlanId ? undefined : lastVlanId,
  });
}
