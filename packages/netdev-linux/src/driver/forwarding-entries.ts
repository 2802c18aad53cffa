import {
  DeviceNotFoundError,
  type ForwardingEntry,
  type ForwardingEntryFilter,
  isForwardingEntry,
  type NetDevDriver,
  type NetDevOperation,
  type OperationOptions,
  type ParsedForwardingEntrySpec,
  PlatformError,
  parseForwardingEntrySpec,
  parseInterfaceName,
  UnsupportedError,
  type VxlanDetail,
  withoutOwnNetwork,
} from 'netdev-core';
import { AF, decodeNeighbour, encodeNeighbour, type LinkMessage, RTM } from '../netlink/index.js';
import { carryOut } from './change.js';
import { entryAddition, entryRemoval } from './forwarding-entry-changes.js';
import { entryFromMessage } from './forwarding-entry-message.js';
import type { Attempt } from './kernel-error.js';
import { linkNames } from './names.js';
import type { Session } from './session.js';
import { vxlanDetail } from './tunnel-details.js';

type ForwardingEntries = Pick<
  NetDevDriver,
  'listForwardingEntries' | 'ensureForwardingEntry' | 'deleteForwardingEntry'
>;

/** Reads and changes the forwarding databases of the bridges and vxlans of one namespace. */
export function createForwardingEntries(
  session: Session,
  done: (operation: NetDevOperation) => void,
): ForwardingEntries {
  const list = async (
    { link, bridge }: ForwardingEntryFilter,
    options?: OperationOptions,
  ): Promise<ForwardingEntry[]> => {
    const attempt = { operation: 'list forwarding entries of', object: link ?? bridge ?? 'all links' };
    const indexOf = async (name: string | undefined, field: string): Promise<number | undefined> =>
      name === undefined ? undefined : session.indexOf(parseInterfaceName(name, field), attempt, options);
    const index = await indexOf(link, 'link');
    const master = await indexOf(bridge, 'bridge');
    const names = await linkNames(session, options);
    const about = { family: AF.BRIDGE, index: index ?? 0, state: 0, flags: 0, type: 0, master };
    const messages = await session.dump(
      RTM.GETNEIGH,
      encodeNeighbour(about),
      decodeNeighbour,
      attempt,
      options,
    );
    return messages
      .filter((message) => index === undefined || message.index === index)
      .filter((message) => master === undefined || message.master === master)
      .flatMap((message) => entryFromMessage(message, names) ?? []);
  };

  /** The link of an entry that is asked for; a vxlan's own port and network are as good as left out. */
  const settle = async (
    given: ParsedForwardingEntrySpec,
    attempt: Attempt,
    options?: OperationOptions,
  ): Promise<{ spec: ParsedForwardingEntrySpec; index: number }> => {
    const found = await session.findLink(given.link, options);
    if (found?.index === undefined)
      throw new DeviceNotFoundError({ ...attempt, detail: `there is no device ${given.link}` });
    if (given.remote === undefined) return { spec: given, index: found.index };
    return { spec: withoutOwnNetwork(given, requireVxlan(found, attempt)), index: found.index };
  };

  const find = async (spec: ParsedForwardingEntrySpec, options?: OperationOptions) =>
    (await list({ link: spec.link }, options)).find((entry) => isForwardingEntry(entry, spec));

  return {
    listForwardingEntries: async (filter = {}, options) => list(filter, options),

    async ensureForwardingEntry(given, options) {
      const parsed = parseForwardingEntrySpec(given);
      const attempt = { operation: 'add forwarding entry', object: `${parsed.mac} on ${parsed.link}` };
      const { spec, index } = await settle(parsed, attempt, options);
      const present = await find(spec, options);
      if (present?.origin === 'static') return { changed: false, value: present };
      await carryOut(session, entryAddition(spec, index), done, options);
      const value = await find(spec, options);
      if (value !== undefined) return { changed: true, value };
      throw new PlatformError({ ...attempt, detail: 'it was accepted, and is gone again' });
    },

    async deleteForwardingEntry(given, options) {
      const parsed = parseForwardingEntrySpec(given);
      const attempt = { operation: 'delete forwarding entry', object: `${parsed.mac} on ${parsed.link}` };
      const { spec, index } = await settle(parsed, attempt, options);
      if ((await find(spec, options)) === undefined) return false;
      return carryOut(session, entryRemoval(spec, index), done, options);
    },
  };
}

/** Any other device would take the address into its own filter, and pass over the remote (ndo_dflt_fdb_add). */
function requireVxlan({ info }: LinkMessage, attempt: Attempt): VxlanDetail {
  if (info?.vxlan !== undefined) return vxlanDetail(info.vxlan);
  throw new UnsupportedError({ ...attempt, detail: 'it is no vxlan, and sends to no remote' });
}
