import {
  type Ensured,
  ipFamily,
  ipToBytes,
  isNetDevError,
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
import {
  decodeNeighbour,
  encodeNeighbour,
  type NeighbourMessage,
  NLM_F,
  NUD,
  RTM,
} from '../netlink/index.js';
import { addressFamily } from './address-codec.js';
import { macToBytes } from './mac-bytes.js';
import { linkNames } from './names.js';
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
    const request = about(family === undefined ? 0 : addressFamily(family), 0);
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
      const message: NeighbourMessage = {
        ...about(addressFamily(ipFamily(address)), index),
        state: NUD.PERMANENT,
        destination: ipToBytes(address),
        linkAddress: macToBytes(mac),
      };
      const flags = NLM_F.CREATE | NLM_F.REPLACE;
      await session.change(RTM.NEWNEIGH, flags, encodeNeighbour(message), attempt, options);
      done({ do: 'add-neighbour', spec });
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
      const message = { ...about(addressFamily(ipFamily(address)), index), destination: ipToBytes(address) };
      try {
        await session.change(RTM.DELNEIGH, 0, encodeNeighbour(message), attempt, options);
      } catch (error) {
        if (isNetDevError(error) && error.errno === 'ENOENT') return false;
        throw error;
      }
      done({ do: 'delete-neighbour', link, address });
      return true;
    },
  };
}

function about(family: number, index: number): NeighbourMessage {
  return { family, index, state: 0, flags: 0, type: 0 };
}
