import type { OperationOptions } from 'netdev-core';
import type { Session } from './session.js';

/** The names of all links by their number, for reading messages that carry numbers. */
export async function linkNames(
  session: Session,
  options?: OperationOptions,
): Promise<(index: number) => string | undefined> {
  const messages = await session.listLinkMessages(options);
  const names = new Map(messages.map(({ index, name }) => [index, name]));
  return (index) => names.get(index);
}
