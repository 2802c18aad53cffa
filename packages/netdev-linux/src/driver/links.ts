import {
  DeviceExistsError,
  DeviceNotFoundError,
  type Ensured,
  isNetDevError,
  type Link,
  type LinkChanges,
  type LinkFilter,
  type LinkSpec,
  linkClash,
  linkDifference,
  linkSettings,
  type NamespaceRef,
  type NetDevDriver,
  type NetDevOperation,
  type OperationOptions,
  PartialError,
  parseInterfaceName,
  parseLinkChanges,
  parseLinkName,
  parseLinkSpec,
  parseNamespaceRef,
  type VethSpec,
} from 'netdev-core';
import { encodeLink, type LinkMessage, NLM_F, RTM } from '../netlink/index.js';
import { prepareAltNames } from './alternative-names.js';
import { readNames } from './batch/read-links.js';
import { changedBack } from './changed-back.js';
import { indexBelow, kernelKind, linkFromMessage } from './link-from-message.js';
import { changeLinkMessages, newLinkMessage } from './link-to-message.js';
import { withNamespaceFd } from './namespace-fd.js';
import { needVlans, requireVlans } from './require-vlans.js';
import type { Session } from './session.js';
import { setOwner } from './set-owner.js';
import { tapError } from './tap-error.js';
import { takeTurns } from './turns.js';

/** Changes links in another namespace, for the far end of a pair. */
export type InNamespace = (
  namespace: NamespaceRef,
  work: (driver: NetDevDriver) => Promise<boolean>,
) => Promise<boolean>;

/** Reads and changes the links of one namespace; tells `done` of each change after it took effect. */
export function createLinks(
  session: Session,
  done: (operation: NetDevOperation) => void,
  capabilities: NetDevDriver['capabilities'],
  inNamespace: InNamespace,
) {
  /** Names of the links that a message refers to, read one by one: few, and usually none. */
  const toLink = async (message: LinkMessage, options?: OperationOptions): Promise<Link> => {
    const wanted = [message.master, indexBelow(message)];
    const names = new Map<number, string>();
    for (const index of wanted) {
      if (!index || names.has(index)) continue;
      const name = await session.nameOf(index, options);
      if (name !== undefined) names.set(index, name);
    }
    return linkFromMessage(message, (index) => names.get(index));
  };

  const find = async (name: string, options?: OperationOptions): Promise<Link | undefined> => {
    const message = await session.findLink(name, options);
    return message === undefined ? undefined : toLink(message, options);
  };

  const get = async (name: string, options?: OperationOptions): Promise<Link> => {
    const link = await find(name, options);
    if (link !== undefined) return link;
    throw new DeviceNotFoundError({ operation: 'read link', object: name });
  };

  const list = async (filter: LinkFilter = {}, options?: OperationOptions): Promise<Link[]> => {
    const driverOfKind = filter.kind === undefined ? undefined : kernelKind(filter.kind);
    let request: LinkMessage = driverOfKind === undefined ? {} : { info: { kind: driverOfKind } };
    if (filter.master !== undefined) {
      const bridge = await session.findLink(parseInterfaceName(filter.master, 'master'), options);
      if (bridge === undefined) return [];
      request = { ...request, master: bridge.index };
    }
    const messages = await session.listLinkMessages(request, options);
    const turns = takeTurns();
    const names = new Map(messages.map(({ index, name }) => [index, name]));
    const unnamed = new Set<number>();
    for (const message of messages) {
      for (const index of [message.master, indexBelow(message)]) {
        if (index && !names.has(index)) unnamed.add(index);
      }
    }
    for (const [index, name] of await readNames(session, [...unnamed], options)) names.set(index, name);
    if (turns.isOver) await turns.next();
    const links: Link[] = [];
    for (const message of messages) {
      const link = linkFromMessage(message, (index) => names.get(index));
      // A tap and a tun are of one driver, and an older kernel filters nothing.
      if (filter.kind !== undefined && link.kind !== filter.kind) continue;
      if (filter.master !== undefined && link.master !== filter.master) continue;
      links.push(link);
      if (turns.isOver) await turns.next();
    }
    return links;
  };

  const write = async (
    link: Link,
    { tap, altNames, dropAltNames, ...changes }: LinkChanges,
    options?: OperationOptions,
  ): Promise<void> => {
    const { name, index, kind } = link;
    const attempt = { operation: 'change link', object: name };
    if (needVlans(changes.bridge)) requireVlans(capabilities, attempt);
    // First, since a program that has it open is the one thing that no look at the link foretells.
    if (tap !== undefined) await setOwner(session, link, tap, options);
    const masterIndex =
      changes.master === undefined
        ? undefined
        : changes.master === null
          ? 0
          : await session.indexOf(changes.master, { operation: 'set the master of', object: name }, options);
    const parent = changes.vxlan?.parent;
    const parentIndex = parent === undefined ? undefined : await session.indexOf(parent, attempt, options);
    const named = { name: changes.name, altNames, dropAltNames };
    const others = await prepareAltNames(session, link, named, attempt, options);
    await others.drop();
    for (const message of changeLinkMessages(index, changes, { masterIndex, parentIndex, kind })) {
      await session.change(RTM.NEWLINK, 0, encodeLink(message), attempt, options);
    }
    await others.add();
  };

  /**
   * A bridge takes over its ports' addresses until it is given one of its own, even the same
   * (br_stp_recalculate_bridge_id), and does not tell which it is. So an address that is right already
   * is given to a bridge all the same.
   */
  const pinMac = async (link: Link, { mac }: LinkChanges, options?: OperationOptions): Promise<void> => {
    if (link.kind === 'bridge' && mac !== undefined && mac === link.mac) {
      await write(link, { mac }, options);
    }
  };

  /** Gives a link back what was changed before a step of its change failed: the kernel does not (do_setlink). */
  const putBack = async (before: Link, changes: LinkChanges, cause: unknown): Promise<void> => {
    const { index, name } = before;
    const message = await session.readLink({ index }, name);
    if (message === undefined) return;
    const now = await toLink(message);
    const former = changedBack(now, before, changes);
    if (Object.keys(former).length === 0) return;
    await write(now, former).catch(() => {
      throw new PartialError({
        operation: 'change link',
        object: name,
        detail: cause instanceof Error ? cause.message : String(cause),
        left: Object.keys(former).map((setting) => `${setting} of ${now.name}`),
        cause,
      });
    });
  };

  const make = async (spec: LinkSpec, options?: OperationOptions): Promise<void> => {
    const attempt = { operation: `create ${spec.kind}`, object: spec.name };
    if (spec.kind === 'tap' || spec.kind === 'tun') {
      const { kind, name, multiQueue = false, owner, group } = spec;
      if ((await session.findLink(name, options)) !== undefined) throw new DeviceExistsError(attempt);
      const [answer] = await session.kernel.exchange(
        [{ tap: { kind, name, multiQueue, owner, group } }],
        options,
      );
      if (answer !== undefined && answer.errno !== 0) throw tapError(attempt, answer);
      return;
    }
    if (spec.kind === 'bridge' && needVlans(spec)) requireVlans(capabilities, attempt);
    const parent = 'parent' in spec ? spec.parent : undefined;
    const parentIndex = parent === undefined ? undefined : await session.indexOf(parent, attempt, options);
    const namespace = spec.kind === 'veth' ? spec.peer.namespace : undefined;
    await withNamespaceFd(namespace, attempt, (peerNamespaceFd) => {
      const message = newLinkMessage(spec, { parentIndex, peerNamespaceFd });
      return session.change(RTM.NEWLINK, NLM_F.CREATE | NLM_F.EXCL, encodeLink(message), attempt, options);
    });
  };

  const remove = async (name: string, options?: OperationOptions): Promise<boolean> => {
    try {
      await session.change(
        RTM.DELLINK,
        0,
        encodeLink({ name }),
        { operation: 'delete link', object: name },
        options,
      );
      return true;
    } catch (error) {
      if (isNetDevError(error, 'DEVICE_NOT_FOUND')) return false;
      throw error;
    }
  };

  /** Gives the far end of a pair what was asked for; says whether that was a change. */
  const settlePeer = async (spec: VethSpec, options?: OperationOptions): Promise<boolean> => {
    const { name, namespace, ...settings } = spec.peer;
    if (Object.keys(settings).length === 0) return false;
    if (namespace !== undefined) {
      return inNamespace(
        namespace,
        async (driver) => (await driver.updateLink(name, settings, options)).changed,
      );
    }
    const peer = await get(name, options);
    const changes = linkDifference(peer, settings);
    await write(peer, changes, options);
    return Object.keys(changes).length > 0;
  };

  const create = async (given: LinkSpec, options?: OperationOptions): Promise<Link> => {
    const spec = parseLinkSpec(given);
    if (typeof spec.master === 'string') {
      await session.indexOf(spec.master, { operation: `create ${spec.kind}`, object: spec.name }, options);
    }
    await make(spec, options);
    try {
      const made = await get(spec.name, options);
      await write(made, linkDifference(made, linkSettings(spec)), options);
      if (spec.kind === 'veth') await settlePeer(spec, options);
    } catch (cause) {
      await remove(spec.name).catch(() => {
        throw new PartialError({
          operation: `create ${spec.kind}`,
          object: spec.name,
          detail: cause instanceof Error ? cause.message : String(cause),
          left: [`${spec.kind} ${spec.name}`],
          cause,
        });
      });
      throw cause;
    }
    done({ do: 'create-link', spec });
    return get(spec.name, options);
  };

  const update = async (
    name: string,
    given: LinkChanges,
    options?: OperationOptions,
  ): Promise<Ensured<Link>> => {
    const parsedName = parseInterfaceName(name);
    const wanted = parseLinkChanges(given);
    const link = await get(parsedName, options);
    const changes = linkDifference(link, wanted);
    if (Object.keys(changes).length === 0) {
      await pinMac(link, wanted, options);
      return { changed: false, value: link };
    }
    try {
      await write(link, changes, options);
    } catch (cause) {
      await putBack(link, changes, cause);
      throw cause;
    }
    await pinMac(link, wanted, options);
    done({ do: 'update-link', name: parsedName, changes });
    return { changed: true, value: await get(changes.name ?? parsedName, options) };
  };

  return {
    list,
    get: async (name: string, options?: OperationOptions) => get(parseLinkName(name), options),
    exists: async (name: string, options?: OperationOptions) =>
      (await session.findLink(parseLinkName(name), options)) !== undefined,
    create,
    update,

    async ensure(given: LinkSpec, options?: OperationOptions): Promise<Ensured<Link>> {
      const spec = parseLinkSpec(given);
      const link = await find(spec.name, options);
      if (link === undefined) return { changed: true, value: await create(spec, options) };
      const clash = linkClash(link, spec);
      if (clash !== undefined) {
        throw new DeviceExistsError({
          operation: `ensure ${spec.kind}`,
          object: spec.name,
          detail: clash,
          hint: 'choose another name, or delete the device first',
        });
      }
      const ensured = await update(spec.name, linkSettings(spec), options);
      const peerChanged = spec.kind === 'veth' && (await settlePeer(spec, options));
      return peerChanged ? { changed: true, value: await get(spec.name, options) } : ensured;
    },

    async delete(name: string, options?: OperationOptions): Promise<boolean> {
      const parsed = parseInterfaceName(name);
      const deleted = await remove(parsed, options);
      if (deleted) done({ do: 'delete-link', name: parsed });
      return deleted;
    },

    async move(name: string, target: NamespaceRef, options?: OperationOptions): Promise<void> {
      const attempt = { operation: 'move link', object: parseInterfaceName(name) };
      const namespace = parseNamespaceRef(target);
      const index = await session.indexOf(attempt.object, attempt, options);
      await withNamespaceFd(namespace, attempt, (namespaceFd) =>
        session.change(RTM.NEWLINK, 0, encodeLink({ index, namespaceFd }), attempt, options),
      );
      done({ do: 'move-link', name: attempt.object, namespace });
    },
  };
}
