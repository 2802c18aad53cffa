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
  neededForLink,
  parseInterfaceName,
  parseLinkChanges,
  parseLinkName,
  parseLinkSpec,
} from 'netdev-core';
import { addLink, changeLink, dropLink, requireLink } from '../link-operations.js';
import { stackOf } from '../memory-stacks.js';
import { findByName, type NetworkStack } from '../network-stack.js';
import { showLink } from '../show-link.js';
import type { MemorySession } from './session.js';

type Links = Pick<
  NetDevDriver,
  'listLinks' | 'getLink' | 'linkExists' | 'createLink' | 'ensureLink' | 'updateLink' | 'deleteLink'
>;

/** Reads and changes the links of one stack. */
export function createMemoryLinks({
  stacks,
  stack,
  options,
  begin,
  need,
  needAll,
  done,
}: MemorySession): Links {
  const update = (
    where: NetworkStack,
    name: string,
    changes: LinkChanges,
    tellDone: (difference: LinkChanges) => void,
  ): Ensured<Link> => {
    const link = requireLink(where, name, 'change link');
    // An address that is right already is pinned all the same.
    if (changes.mac !== undefined) link.macIsChosen = true;
    const difference = linkDifference(showLink(where, link), changes);
    if (Object.keys(difference).length === 0) return { changed: false, value: showLink(where, link) };
    changeLink(where, link, difference);
    tellDone(difference);
    return { changed: true, value: showLink(where, link) };
  };
  const updateHere = (name: string, changes: LinkChanges): Ensured<Link> => {
    const link = showLink(stack, requireLink(stack, name, 'change link'));
    needAll(neededForLink(linkDifference(link, changes)), 'change link', name);
    return update(stack, name, changes, (difference) =>
      done({ do: 'update-link', name, changes: difference }),
    );
  };

  const refuseUnsupported = (spec: LinkSpec): void => {
    need(spec.kind, `create ${spec.kind}`, spec.name);
    needAll(neededForLink(linkSettings(spec)), `create ${spec.kind}`, spec.name);
    if ((spec.kind === 'tap' || spec.kind === 'tun') && spec.multiQueue === true)
      need('multiqueue', `create ${spec.kind}`, spec.name);
    if (spec.kind === 'vlan' && spec.vlanProtocol === '802.1ad')
      need('provider-vlans', 'create vlan', spec.name);
    if (spec.kind === 'veth' && spec.peer.namespace !== undefined)
      need('namespaces', 'create veth', spec.name);
  };

  const create = (spec: LinkSpec): Link => {
    refuseUnsupported(spec);
    const peerStack =
      spec.kind === 'veth' && spec.peer.namespace !== undefined
        ? stackOf(stacks, spec.peer.namespace, 'create veth with its peer in')
        : stack;
    const link = addLink(stack, spec, peerStack);
    done({ do: 'create-link', spec });
    return showLink(stack, link);
  };

  /** Gives the far end of a pair what was asked for; says whether that was a change. */
  const settlePeer = (spec: LinkSpec): boolean => {
    if (spec.kind !== 'veth') return false;
    const { name, namespace = options.namespace, ...settings } = spec.peer;
    const where = spec.peer.namespace === undefined ? stack : stackOf(stacks, namespace, 'ensure veth');
    const told = (changes: LinkChanges): void =>
      options.onOperation?.({ do: 'update-link', name, changes }, namespace);
    return update(where, name, settings, told).changed;
  };

  return {
    async listLinks({ kind, master } = {}, callOptions) {
      begin('list links', callOptions);
      return [...stack.links.values()]
        .map((link) => showLink(stack, link))
        .filter((link) => kind === undefined || link.kind === kind)
        .filter((link) => master === undefined || link.master === parseInterfaceName(master, 'master'));
    },

    async getLink(name, callOptions) {
      begin('read link', callOptions);
      return showLink(stack, requireLink(stack, parseLinkName(name), 'read link'));
    },

    async linkExists(name, callOptions) {
      begin('read link', callOptions);
      return findByName(stack, parseLinkName(name)) !== undefined;
    },

    async createLink(spec, callOptions) {
      begin('create link', callOptions);
      return create(parseLinkSpec(spec));
    },

    async ensureLink(given, callOptions) {
      begin('ensure link', callOptions);
      const spec = parseLinkSpec(given);
      refuseUnsupported(spec);
      const present = findByName(stack, spec.name);
      if (present === undefined) return { changed: true, value: create(spec) };
      const clash = linkClash(showLink(stack, present), spec);
      if (clash !== undefined) {
        throw new DeviceExistsError({
          operation: `ensure ${spec.kind}`,
          object: spec.name,
          detail: clash,
          hint: 'choose another name, or delete the device first',
        });
      }
      const { changed } = updateHere(spec.name, linkSettings(spec));
      const peerChanged = settlePeer(spec);
      return { changed: changed || peerChanged, value: showLink(stack, present) };
    },

    async updateLink(name, changes, callOptions) {
      begin('change link', callOptions);
      return updateHere(parseInterfaceName(name), parseLinkChanges(changes));
    },

    async deleteLink(name, callOptions) {
      begin('delete link', callOptions);
      const parsed = parseInterfaceName(name);
      const link = findByName(stack, parsed);
      if (link === undefined) return false;
      dropLink(stack, link);
      done({ do: 'delete-link', name: parsed });
      return true;
    },
  };
}
