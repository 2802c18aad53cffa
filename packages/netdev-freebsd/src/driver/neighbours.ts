import {
  type Neighbour,
  type NetDevDriver,
  type OperationOptions,
  type ParsedNeighbourSpec,
  PlatformError,
  parseInterfaceName,
  parseIpAddress,
  parseNeighbourSpec,
} from 'netdev-core';
import { deleteNeighbour, setNeighbour } from '../commands/neighbour.js';
import type { ShownInterface } from '../parse/ifconfig.js';
import { readNeighbours } from './read-neighbours.js';
import type { Session } from './session.js';
import { Undoing } from './undoing.js';

type Neighbours = Pick<NetDevDriver, 'listNeighbours' | 'ensureNeighbour' | 'deleteNeighbour'>;

/** Reads and changes the neighbours of one stack. */
export function createNeighbours(session: Session): Neighbours {
  return {
    async listNeighbours({ link, family } = {}, options) {
      const operation = 'list neighbours';
      session.begin(operation, options);
      const shown =
        link === undefined
          ? await session.showAll(operation, options)
          : [await session.requireShown(parseInterfaceName(link, 'link'), `${operation} of`, options)];
      const families = family === undefined ? (['ipv4', 'ipv6'] as const) : [family];
      const found: Neighbour[] = [];
      for (const each of families)
        found.push(...(await readNeighbours(session, shown, each, operation, options)));
      return found;
    },

    async ensureNeighbour(given, options) {
      const operation = 'add neighbour';
      session.begin(operation, options);
      const spec = parseNeighbourSpec(given);
      const shown = await session.requireShown(spec.link, `${operation} on`, options);
      const present = await find(session, shown, spec.address, operation, options);
      if (present?.state === 'permanent' && present.mac === spec.mac)
        return { changed: false, value: present };
      const undoing = new Undoing();
      const value = await undoing.around({ operation, object: spec.address }, () =>
        replace(session, shown, present, spec, undoing, options),
      );
      session.done({ do: 'add-neighbour', spec });
      return { changed: true, value };
    },

    async deleteNeighbour(name, given, options) {
      const operation = 'delete neighbour';
      session.begin(operation, options);
      const link = parseInterfaceName(name, 'link');
      const address = parseIpAddress(given);
      const shown = await session.requireShown(link, `${operation} on`, options);
      if ((await find(session, shown, address, operation, options)) === undefined) return false;
      await session.change(deleteNeighbour({ address, link }), { operation, object: address }, options);
      session.done({ do: 'delete-neighbour', link, address });
      return true;
    },
  };
}

async function find(
  session: Session,
  shown: ShownInterface,
  address: string,
  operation: string,
  options: OperationOptions | undefined,
): Promise<Neighbour | undefined> {
  const family = address.includes(':') ? 'ipv6' : 'ipv4';
  const found = await readNeighbours(session, [shown], family, operation, options);
  return found.find((one) => one.address === address);
}

/** What is there goes first: an entry that is set is not for another MAC address. */
async function replace(
  session: Session,
  shown: ShownInterface,
  present: Neighbour | undefined,
  spec: ParsedNeighbourSpec,
  undoing: Undoing,
  options: OperationOptions | undefined,
): Promise<Neighbour> {
  const attempt = { operation: 'add neighbour', object: spec.address };
  if (present !== undefined) {
    await session.change(deleteNeighbour(present), attempt, options);
    const { mac, state } = present;
    // One that was learned is learned again.
    if (mac !== undefined && state === 'permanent')
      undoing.add(`the former neighbour ${spec.address}`, () =>
        session.change(setNeighbour(present, mac), attempt),
      );
  }
  await session.change(setNeighbour(spec, spec.mac), attempt, options);
  undoing.add(`the neighbour ${spec.address}`, () => session.change(deleteNeighbour(spec), attempt));
  const made = await find(session, shown, spec.address, attempt.operation, options);
  if (made?.mac === spec.mac) return made;
  throw new PlatformError({
    ...attempt,
    detail: `it is not there on ${spec.link} after it was added`,
    hint: 'the address says by which link a neighbour is here: that of a network it is in',
  });
}
