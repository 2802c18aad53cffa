import type { InterfaceName, OperationOptions } from 'netdev-core';
import * as ifconfig from '../commands/ifconfig.js';
import type { Session } from './session.js';
import type { Attempt } from './tool-error.js';

/** The stacks that a link comes through from one to another: from jail to jail by way of the host. */
export function stacksOnTheWay(from: Session, to: Session): Session[] {
  return from.parts.jail === undefined || to.parts.jail === undefined ? [to] : [from.onHostItself(), to];
}

/** Moves a link to a jail, where it is down and without addresses: that is seen to, and not relied on. */
export async function moveToJail(
  from: Session,
  to: Session,
  name: InterfaceName,
  attempt: Attempt,
  options?: OperationOptions,
): Promise<void> {
  const jail = from.parts.jail;
  if (jail !== undefined) await from.onHost(ifconfig.moveFromJail(name, jail), attempt, options);
  if (to.parts.jail !== undefined)
    await from.onHost(ifconfig.moveToJail(name, to.parts.jail), attempt, options);
  const shown = await to.requireShown(name, attempt.operation, options);
  if (shown.flags.has('UP')) await to.change(ifconfig.setUp(name, false), attempt, options);
  for (const { address, length } of shown.addresses)
    await to.change(ifconfig.deleteAddress(name, `${address}/${length}` as never), attempt, options);
}
