import {
  DeviceExistsError,
  type Ensured,
  type Link,
  type LinkChanges,
  type LinkSpec,
  linkClash,
  linkDifference,
  linkSettings,
  type NetDevDriver,
  type OperationOptions,
  parseInterfaceName,
  parseLinkChanges,
  parseLinkName,
  parseLinkSpec,
} from 'netdev-core';
import * as ifconfig from '../commands/ifconfig.js';
import { applyChanges, refuseImpossible } from './change-link.js';
import { makeLink, refuseKind } from './create-link.js';
import { requireJail } from './jails.js';
import type { Session } from './session.js';
import { Undoing } from './undoing.js';

type Links = Pick<
  NetDevDriver,
  'listLinks' | 'getLink' | 'linkExists' | 'createLink' | 'ensureLink' | 'updateLink' | 'deleteLink'
>;

/** Changes a link; writes only what differs. */
async function change(
  session: Session,
  name: string,
  changes: LinkChanges,
  options: OperationOptions | undefined,
): Promise<Ensured<Link>> {
  const operation = 'change link';
  const links = await session.links(operation, options);
  const link =
    links.find((one) => one.name === name) ?? (await session.requireLink(name, operation, options));
  const difference = linkDifference(link, changes);
  if (Object.keys(difference).length === 0) return { changed: false, value: link };
  refuseImpossible(session, links, link, difference, operation);
  const undoing = new Undoing();
  const value = await undoing.around({ operation, object: name }, () =>
    applyChanges(session, link, difference, { operation, undoing, options }),
  );
  session.done({ do: 'update-link', name, changes: difference });
  return { changed: true, value };
}

async function create(
  session: Session,
  spec: LinkSpec,
  options: OperationOptions | undefined,
): Promise<Link> {
  const link = await makeLink(session, spec, options);
  session.done({ do: 'create-link', spec });
  return link;
}

/** Gives the far end of a pair what was asked for; says whether that was a change. */
async function settlePeer(
  session: Session,
  spec: LinkSpec,
  options: OperationOptions | undefined,
): Promise<boolean> {
  if (spec.kind !== 'veth') return false;
  const { name, namespace, ...settings } = spec.peer;
  const there =
    namespace === undefined
      ? session
      : session.inJail(await requireJail(session, namespace, 'ensure veth', options));
  return (await change(there, name, settings, options)).changed;
}

/** Reads and changes the links of one stack. */
export function createLinks(session: Session): Links {
  return {
    async listLinks({ kind, master } = {}, options) {
      session.begin('list links', options);
      const bridge = master === undefined ? undefined : parseInterfaceName(master, 'master');
      const links = await session.links('list links', options);
      return links
        .filter((link) => kind === undefined || link.kind === kind)
        .filter((link) => bridge === undefined || link.master === bridge);
    },

    async getLink(name, options) {
      session.begin('read link', options);
      return session.requireLink(parseLinkName(name), 'read link', options);
    },

    async linkExists(name, options) {
      session.begin('read link', options);
      return (await session.findLink(parseLinkName(name), 'read link', options)) !== undefined;
    },

    async createLink(spec, options) {
      session.begin('create link', options);
      return create(session, parseLinkSpec(spec), options);
    },

    async ensureLink(given, options) {
      session.begin('ensure link', options);
      const spec = parseLinkSpec(given);
      refuseKind(session, spec);
      const present = await session.findLink(spec.name, 'ensure link', options);
      if (present === undefined) return { changed: true, value: await create(session, spec, options) };
      const clash = linkClash(present, spec);
      if (clash !== undefined) {
        throw new DeviceExistsError({
          operation: `ensure ${spec.kind}`,
          object: spec.name,
          detail: clash,
          hint: 'choose another name, or delete the device first',
        });
      }
      const { changed, value } = await change(session, spec.name, linkSettings(spec), options);
      const peerChanged = await settlePeer(session, spec, options);
      return { changed: changed || peerChanged, value };
    },

    async updateLink(name, changes, options) {
      session.begin('change link', options);
      return change(session, parseInterfaceName(name), parseLinkChanges(changes), options);
    },

    async deleteLink(name, options) {
      session.begin('delete link', options);
      const parsed = parseInterfaceName(name);
      const attempt = { operation: 'delete link', object: parsed };
      if ((await session.findLink(parsed, attempt.operation, options)) === undefined) return false;
      await session.change(ifconfig.destroy(parsed), attempt, options);
      session.done({ do: 'delete-link', name: parsed });
      return true;
    },
  };
}
