import {
  isForwardingEntry,
  type NetDevDriver,
  parseForwardingEntrySpec,
  parseInterfaceName,
  parseIpAddress,
  parseNeighbourSpec,
} from 'netdev-core';
import {
  dropForwardingEntry,
  forwardingEntriesOf,
  inDatabase,
  putForwardingEntry,
} from '../forwarding-operations.js';
import { requireLink } from '../link-operations.js';
import { dropNeighbour, neighboursOf, putNeighbour } from '../neighbour-operations.js';
import type { MemorySession } from './session.js';

type Neighbours = Pick<
  NetDevDriver,
  | 'listNeighbours'
  | 'ensureNeighbour'
  | 'deleteNeighbour'
  | 'listForwardingEntries'
  | 'ensureForwardingEntry'
  | 'deleteForwardingEntry'
>;

/** Reads and changes who is where beside the links of one stack: neighbours and forwarding databases. */
export function createMemoryNeighbours({ stack, begin, need, done }: MemorySession): Neighbours {
  const requireFilter = (name: string | undefined, field: string, operation: string): string | undefined =>
    name === undefined ? undefined : requireLink(stack, parseInterfaceName(name, field), operation).name;

  return {
    async listNeighbours({ link, family } = {}, callOptions) {
      begin('list neighbours', callOptions);
      need('neighbours', 'list neighbours');
      const name = requireFilter(link, 'link', 'list neighbours of');
      return neighboursOf(stack)
        .filter((neighbour) => name === undefined || neighbour.link === name)
        .filter(({ address }) => family === undefined || address.includes(':') === (family === 'ipv6'));
    },

    async ensureNeighbour(given, callOptions) {
      begin('add neighbour', callOptions);
      const spec = parseNeighbourSpec(given);
      need('neighbours', 'add neighbour', spec.address);
      const link = requireLink(stack, spec.link, 'add neighbour on');
      const present = neighboursOf(stack).find(
        (one) => one.link === link.name && one.address === spec.address,
      );
      if (present?.mac === spec.mac) return { changed: false, value: present };
      const value = putNeighbour(stack, link, spec);
      done({ do: 'add-neighbour', spec });
      return { changed: true, value };
    },

    async deleteNeighbour(name, given, callOptions) {
      begin('delete neighbour', callOptions);
      const parsed = parseInterfaceName(name, 'link');
      const address = parseIpAddress(given);
      need('neighbours', 'delete neighbour', address);
      const link = requireLink(stack, parsed, 'delete neighbour on');
      if (!dropNeighbour(stack, link, address)) return false;
      done({ do: 'delete-neighbour', link: link.name, address });
      return true;
    },

    async listForwardingEntries({ link, bridge } = {}, callOptions) {
      const operation = 'list forwarding entries of';
      begin(operation, callOptions);
      need('forwarding-database', operation, link ?? bridge ?? 'all links');
      const [name, master] = [
        requireFilter(link, 'link', operation),
        requireFilter(bridge, 'bridge', operation),
      ];
      return forwardingEntriesOf(stack)
        .filter((entry) => name === undefined || entry.link === name)
        .filter((entry) => master === undefined || entry.bridge === master);
    },

    async ensureForwardingEntry(given, callOptions) {
      const operation = 'add forwarding entry';
      begin(operation, callOptions);
      const parsed = parseForwardingEntrySpec(given);
      need('forwarding-database', operation, parsed.mac);
      const link = requireLink(stack, parsed.link, operation);
      const spec = inDatabase(link, parsed);
      const find = () => forwardingEntriesOf(stack).find((entry) => isForwardingEntry(entry, spec));
      const present = find();
      if (present !== undefined) return { changed: false, value: present };
      putForwardingEntry(stack, link, spec);
      done({ do: 'add-forwarding-entry', spec });
      return { changed: true, value: find() ?? { ...spec, origin: 'static' } };
    },

    async deleteForwardingEntry(given, callOptions) {
      const operation = 'delete forwarding entry';
      begin(operation, callOptions);
      const parsed = parseForwardingEntrySpec(given);
      need('forwarding-database', operation, parsed.mac);
      const spec = inDatabase(requireLink(stack, parsed.link, operation), parsed);
      if (!forwardingEntriesOf(stack).some((entry) => isForwardingEntry(entry, spec))) return false;
      dropForwardingEntry(stack, (entry) => isForwardingEntry(entry, spec));
      done({ do: 'delete-forwarding-entry', spec });
      return true;
    },
  };
}
