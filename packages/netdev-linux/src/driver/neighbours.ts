import {
  type Ensured,
  ipFamily,
  type Neighbour,
  type NeighbourFilter,
  type NetDevDriver,
  type NetDevOperation,
  type OperationOptions,
  PlatformError,
  parseInterfaceName,
  parseIpAddress,
  parseNeighbourSpec,
} from 'netdev-core';
import { decodeNeighbour, encodeNeighbour, RTM } from '../netlink/index.js';
import { addressFamily } from './address-codec.js';
import { carryOut } from './change.js';
import { linkNames } from './names.js';
import { neighbourAddition, neighbourRemoval, neighbourRequest } from './neighbour-changes.js';
import { neighbourFromMessage } from './neighbour-from-message.js';
import type { Session } from './session.js';

type Neighbours = Pick<NetDevDriver, 'listNeighbours' | 'ensureNeighbour' | 'deleteNeighbour'>;

/** Reads and changes the neighbour cache of one namespace. */
export function createNeighbours(session: Session, done: (operation: NetDevOperation) => void): Neighbours {
  const list = async (
    { link, family }: NeighbourFilter,
    options?: OperationOptions,
  ): Promise<Neighbour[]> => {
    const attempt = { operation: 'list neighbours of', object: link ?? 'all links' };
    const index =
      link === undefined
        ? undefined
        : await session.indexOf(parseInterfaceName(link, 'link'), attempt, options);
    const names = link === undefined ? await linkNames(session, options) : () => link;
    const request = neighbourRequest(family === undefined ? 0 : addressFamily(family), 0);
    const messages = await session.dump(
      RTM.GETNEIGH,
      encodeNeighbour(request),
      decodeNeighbour,
      attempt,
      options,
    );
    return messages
      .filter((message) => index === undefined || message.index === index)
      .flatMap((message) => neighbourFromMessage(message, names(message.index) ?? `#${message.index}`) ?? []);
  };

  const find = async (link: string, address: string, options?: OperationOptions) =>
    (await list({ link, family: ipFamily(address) }, options)).find((one) => one.address === address);

  return {
    listNeighbours: async (filter = {}, options) => list(filter, options),

    async ensureNeighbour(given, options): Promise<Ensured<Neighbour>> {
      const spec = parseNeighbourSpec(given);
      const { link, address, mac } = spec;
      const attempt = { operation: 'add neighbour', object: `${address} on ${link}` };
      const index = await session.indexOf(link, attempt, options);
      const present = await find(link, address, options);
      if (present?.state === 'permanent' && present.mac === mac) return { changed: false, value: present };
      await carryOut(session, neighbourAddition(spec, index), done, options);
      const value = await find(link, address, options);
      if (value !== undefined) return { changed: true, value };
      throw new PlatformError({
        ...attempt,
        detail: 'it was accepted, and is gone again',
        hint: 'a link that goes down forgets its neighbours',
      });
    },

    async deleteNeighbour(name, given, options) {
      const link = parseInterfaceName(name, 'link');
      const address = parseIpAddress(given);
      const attempt = { operation: 'delete neighbour', object: `${address} on ${link}` };
      const index = await session.indexOf(link, attempt, options);
      return carryOut(session, neighbourRemoval(link, address, index), done, options);
    },
  };
}
