import { type Link, type OperationOptions, type TapChanges, UnsupportedError } from 'netdev-core';
import type { Session } from './session.js';
import { tapError } from './tap-error.js';

/** Says who may open a tap or tun that is there: it is opened for it, as one that no program has open can be. */
export async function setOwner(
  session: Session,
  { name, index, kind: of }: Link,
  { owner, group }: TapChanges,
  options?: OperationOptions,
): Promise<void> {
  const attempt = { operation: 'change link', object: name };
  const kind = (['tap', 'tun'] as const).find((each) => each === of);
  if (kind === undefined) throw new UnsupportedError({ ...attempt, detail: 'it is no tap and no tun' });
  const tun = (await session.readLink({ index }, name, options))?.info?.tun;
  const present = {
    packetInformation: tun?.packetInformation === true,
    virtioHeader: tun?.virtioHeader === true,
  };
  const request = { kind, name, multiQueue: tun?.multiQueue === true, owner, group, present };
  const [answer] = await session.kernel.exchange([{ tap: request }], options);
  if (answer !== undefined && answer.errno !== 0) throw tapError(attempt, answer);
}
