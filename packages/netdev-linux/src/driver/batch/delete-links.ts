import { randomInt } from 'node:crypto';
import type { OperationOptions } from 'netdev-core';
import {
  decodeLinkIdentity,
  encodeLink,
  encodeMessage,
  type LinkMessage,
  NLM_F,
  RTEXT_FILTER,
  RTM,
} from '../../netlink/index.js';
import type { Session } from '../session.js';
import { takeTurns } from '../turns.js';

/** Deleted by one request, during which the kernel lets nobody else change a link: a thousand take it a quarter of a second. */
const LINKS_AT_ONCE = 1024;

/** Fewer are sooner deleted one by one: to find a group that nobody uses, all links of the namespace are read. */
const FEWEST = 8;

/** IFLA_GROUP is an unsigned number of 32 bits that ip(8) shows as a signed one. */
const GROUP_END = 2 ** 31;

/** A link that is to be deleted, and what came of it. */
export interface DeletedLink {
  name: string;
  /** Whether it was there to be deleted. */
  deleted: boolean;
}

/**
 * Deletes links together: they are put into a group that nobody uses, and the group is deleted. The
 * kernel waits for the readers of its tables once a request and not once a link, which is where the time
 * goes (unregister_netdevice_many of net/core/dev.c), and it deletes either all of a group or none
 * (rtnl_group_dellink of net/core/rtnetlink.c).
 *
 * @returns what became of those that were reached; fewer than were given when the kernel refused or they are few,
 * and then the rest is as it was
 */
export async function deleteTogether(
  session: Session,
  names: readonly string[],
  options?: OperationOptions,
): Promise<DeletedLink[]> {
  const results: DeletedLink[] = [];
  if (names.length < FEWEST) return results;
  const groups = await groupsOf(session, options);
  const turns = takeTurns();
  for (let start = 0; start < names.length; start += LINKS_AT_ONCE) {
    const some = names.slice(start, start + LINKS_AT_ONCE);
    const group = unusedGroup(groups);
    const requests: Uint8Array[] = [];
    for (const name of some) {
      requests.push(request(RTM.NEWLINK, { name, group }));
      if (turns.isOver) await turns.next();
    }
    requests.push(request(RTM.DELLINK, { group }));
    const answers = await session.kernel.exchange(requests, options);
    if (answers.at(-1)?.errno !== 0) {
      const back = some.map((name) => request(RTM.NEWLINK, { name, group: groups.get(name) ?? 0 }));
      await session.kernel.exchange(back.filter((_, place) => answers[place]?.errno === 0));
      return results;
    }
    results.push(...some.map((name, place) => ({ name, deleted: answers[place]?.errno === 0 })));
  }
  return results;
}

/** The group of each link of the namespace. */
async function groupsOf(session: Session, options?: OperationOptions): Promise<Map<string, number>> {
  const lean = encodeLink({ extendedMask: RTEXT_FILTER.SKIP_STATS });
  const attempt = { operation: 'list', object: 'links' };
  const messages = await session.dump(RTM.GETLINK, lean, decodeLinkIdentity, attempt, options);
  return new Map(messages.map(({ name = '', group = 0 }) => [name, group]));
}

function unusedGroup(groups: ReadonlyMap<string, number>): number {
  const used = new Set(groups.values());
  for (;;) {
    // Not small: those are the ones that people choose.
    const group = randomInt(GROUP_END / 2, GROUP_END);
    if (!used.has(group)) return group;
  }
}

function request(type: number, link: LinkMessage): Uint8Array {
  return encodeMessage({ type, flags: NLM_F.REQUEST | NLM_F.ACK }, encodeLink(link));
}
