import { InvalidArgumentError } from '../errors/index.js';
import { parseInteger } from '../values/index.js';
import { withoutAbsent } from '../without-absent.js';
import { type Check, flag } from './checks.js';
import type { BridgeDetail } from './link.js';
import type { BridgeSettings } from './link-spec.js';

const seconds =
  (what: string, least: number, most: number): Check<number> =>
  (value, field) =>
    parseInteger(value, field, least, most, `${what} in seconds`);

/** A bridge's own settings, at its making or later, each with its check. */
export const bridgeFields: Record<keyof BridgeSettings, Check<number | boolean>> = {
  forwardDelay: seconds('a forward delay', 0, 30),
  helloTime: seconds('a hello time', 1, 10),
  maxAge: seconds('a maximum age', 6, 40),
  priority: (value, field) => parseInteger(value, field, 0, 0xffff, 'a priority'),
  stp: flag,
  ageingTime: seconds('an ageing time', 0, 1_000_000),
  groupForwardMask,
  multicastSnooping: flag,
  vlanFiltering: flag,
};

/** For drivers: the settings of a bridge alone, out of a specification or as it has them. */
export function bridgeSettings(from: BridgeSettings | BridgeDetail): BridgeSettings {
  const { forwardDelay, helloTime, maxAge, priority, stp, ageingTime, groupForwardMask: mask } = from;
  const { multicastSnooping, vlanFiltering } = from;
  return withoutAbsent<BridgeSettings>({
    ...{ forwardDelay, helloTime, maxAge, priority, stp, ageingTime },
    ...{ groupForwardMask: mask, multicastSnooping, vlanFiltering },
  });
}

/** Those of the settings that a bridge has otherwise. */
export function bridgeDifference(
  bridge: BridgeDetail | undefined,
  wanted: BridgeSettings,
): BridgeSettings | undefined {
  const present: BridgeSettings = { multicastSnooping: false, groupForwardMask: 0, ...bridge };
  const fields = Object.keys(bridgeFields) as (keyof BridgeSettings)[];
  const differing = fields.filter((name) => wanted[name] !== undefined && wanted[name] !== present[name]);
  if (differing.length === 0) return undefined;
  return Object.fromEntries(differing.map((name) => [name, wanted[name]]));
}

function groupForwardMask(value: unknown, field: string): number {
  const mask = parseInteger(value, field, 0, 0xffff, 'a mask');
  if ((mask & 0b111) === 0) return mask;
  throw new InvalidArgumentError(field, value, 'a mask without its three lowest bits');
}
