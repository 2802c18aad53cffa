import { parseInteger } from '../values/index.js';
import { type Check, flag, oneOf } from './checks.js';
import type { PortDetail } from './link.js';
import type { MulticastRouter, PortSettings } from './link-spec.js';
import { pickSettings } from './pick-settings.js';

const routers: readonly MulticastRouter[] = ['never', 'automatic', 'always'];

/** What a link can be given as a port of a bridge, each with its check. */
export const portFields: Record<keyof PortSettings, Check<unknown>> = {
  hairpin: flag,
  isolated: flag,
  learning: flag,
  flood: flag,
  multicastFlood: flag,
  broadcastFlood: flag,
  multicastToUnicast: flag,
  multicastRouter: oneOf(routers),
  fastLeave: flag,
  neighbourSuppression: flag,
  proxyArp: flag,
  locked: flag,
  bpduGuard: flag,
  rootBlock: flag,
  // BR_MIN_PATH_COST to BR_MAX_PATH_COST, and what is left of 16 bits beside BR_PORT_BITS (net/bridge/br_private_stp.h).
  portCost: (value, field) => parseInteger(value, field, 1, 65_535, 'a path cost'),
  portPriority: (value, field) => parseInteger(value, field, 0, 63, 'a port priority'),
};

const names = Object.keys(portFields) as (keyof PortSettings)[];

/** For drivers: how a link is as a port when it joins a bridge; what it was in another is forgotten. Its cost is the bridge's affair. */
export const NEW_PORT: Readonly<Required<Omit<PortDetail, 'portCost'>>> = {
  hairpin: false,
  isolated: false,
  learning: true,
  flood: true,
  multicastFlood: true,
  broadcastFlood: true,
  multicastToUnicast: false,
  multicastRouter: 'automatic',
  fastLeave: false,
  neighbourSuppression: false,
  proxyArp: false,
  locked: false,
  bpduGuard: false,
  rootBlock: false,
  portPriority: 32,
};

/** For drivers: what is said of a link as a port, out of a specification or of changes. */
export function portSettings(from: PortSettings): PortSettings {
  return pickSettings(names, from);
}

/** Those of the settings that a port has otherwise. What its platform does not tell of is as in a new one. */
export function portDifference(port: Partial<PortDetail> | undefined, wanted: PortSettings): PortSettings {
  const present: PortSettings = port === undefined ? {} : { ...NEW_PORT, ...port };
  return pickSettings(names, wanted, present);
}
