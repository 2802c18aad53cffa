import { InvalidArgumentError } from '../errors/index.js';
import { parseInteger } from '../values/index.js';
import { type Check, flag, oneOf } from './checks.js';
import type { BridgeDetail } from './link.js';
import type { BridgeSettings, VlanProtocol } from './link-spec.js';
import { pickSettings } from './pick-settings.js';

const seconds =
  (what: string, least: number, most: number): Check<number> =>
  (value, field) =>
    parseInteger(value, field, least, most, `${what} in seconds`);

/** The tags of VLANs, of a bridge or of a vlan. @throws InvalidArgumentError */
export function vlanProtocol(value: unknown, field: string): VlanProtocol {
  return oneOf<VlanProtocol>(['802.1q', '802.1ad'])(value, field);
}

/** A bridge's own settings, at its making or later, each with its check. */
export const bridgeFields: Record<keyof BridgeSettings, Check<unknown>> = {
  forwardDelay: seconds('a forward delay', 0, 30),
  helloTime: seconds('a hello time', 1, 10),
  maxAge: seconds('a maximum age', 6, 40),
  priority: (value, field) => parseInteger(value, field, 0, 0xffff, 'a priority'),
  stp: flag,
  ageingTime: seconds('an ageing time', 0, 1_000_000),
  groupForwardMask,
  multicastSnooping: flag,
  multicastQuerier: flag,
  vlanFiltering: flag,
  vlanProtocol,
  vlanDefaultPvid: (value, field) => parseInteger(value, field, 0, 4094, 'a VLAN id, or 0 for none,'),
};

const names = Object.keys(bridgeFields) as (keyof BridgeSettings)[];

/** For drivers: the settings of a bridge alone, out of a specification or as it has them. */
export function bridgeSettings(from: BridgeSettings | BridgeDetail): BridgeSettings {
  return pickSettings<BridgeSettings>(names, from);
}

/** Those of the settings that a bridge has otherwise. */
export function bridgeDifference(
  bridge: BridgeDetail | undefined,
  wanted: BridgeSettings,
): BridgeSettings | undefined {
  const present: BridgeSettings = {
    ...{ multicastSnooping: false, multicastQuerier: false, groupForwardMask: 0 },
    ...bridge,
  };
  const differing = pickSettings(names, wanted, present);
  return Object.keys(differing).length === 0 ? undefined : differing;
}

function groupForwardMask(value: unknown, field: string): number {
  const mask = parseInteger(value, field, 0, 0xffff, 'a mask');
  if ((mask & 0b111) === 0) return mask;
  throw new InvalidArgumentError(field, value, 'a mask without its three lowest bits');
}
