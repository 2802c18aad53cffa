import type { OperationOptions } from 'netdev-core';
import { decodeLinkIdentity, encodeLink, RTEXT_FILTER, RTM } from '../netlink/index.js';
import type { Session } from './session.js';

/** The names of all links by their number, for reading messages that carry numbers. */
export async function linkNames(
  session: Session,
  options?: OperationOptions,
): Promise<(index: number) => string | undefined> {
  const request = encodeLink({ extendedMask: RTEXT_FILTER.SKIP_STATS });
  const attempt = { operation: 'list', object: 'links' };
  const messages = await session.dump(RTM.GETLINK, request, decodeLinkIdentity, attempt, options);
  const names = new Map(messages.map(({ index, name }) => [index, name]));
  return (index) => names.get(index);
}
