import type { OperationOptions, PortDetail } from 'netdev-core';
import { PlatformError } from 'netdev-core';
import * as ifconfig from '../commands/ifconfig.js';
import type { Session } from './session.js';
import type { Attempt } from './tool-error.js';

/**
 * Makes a link a port of a bridge.
 *
 * @throws PlatformError when its IPv6 addresses would be lost: two interfaces of one bridge cannot have a link-local address each
 *   (bridge(4)), so those of a new port are removed
 */
export async function joinBridge(
  session: Session,
  bridge: string,
  name: string,
  attempt: Attempt,
  options?: OperationOptions,
): Promise<void> {
  const shown = await session.showAll(attempt.operation, options);
  const inet6Of = (link: string) =>
    shown.find((one) => one.name === link)?.addresses.filter(({ family }) => family === 'inet6') ?? [];
  const hasZone = inet6Of(bridge).some(({ address }) => address.startsWith('fe80:'));
  const lost = hasZone ? inet6Of(name).filter(({ address }) => !address.startsWith('fe80:')) : [];
  if (lost.length > 0)
    throw new PlatformError({
      ...attempt,
      detail: `it would lose ${lost.map(({ address }) => address).join(', ')} as a port of ${bridge}, which has a link-local address`,
      hint: `move its addresses to ${bridge} first`,
    });
  await session.change(ifconfig.addMember(bridge, name), attempt, options);
}

export async function leaveBridge(
  session: Session,
  bridge: string,
  name: string,
  attempt: Attempt,
  options?: OperationOptions,
): Promise<void> {
  await session.change(ifconfig.deleteMember(bridge, name), attempt, options);
}

/** What a port is told, and by which word. */
const words = { isolated: 'private', learning: 'learn', flood: 'discover' } as const;

/** Gives a port what differs. */
export async function setPort(
  session: Session,
  { bridge, name }: { bridge: string; name: string },
  present: PortDetail,
  wanted: PortDetail,
  attempt: Attempt,
  options?: OperationOptions,
): Promise<void> {
  for (const field of Object.keys(words) as (keyof typeof words)[]) {
    const on = wanted[field];
    if (on === present[field]) continue;
    await session.change(ifconfig.setMemberFlag(bridge, name, words[field], { on }), attempt, options);
  }
}
