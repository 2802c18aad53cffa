import { InvalidArgumentError } from 'netdev-core';
import type { ConnectionState } from './parse-packet.js';
import { isIcmp } from './protocols.js';
import type { SeenIp } from './seen.js';
import { type End, type Endpoint, endpointOf } from './translate.js';
import type { Truth } from './truth.js';

/** What became of the packet that opened a connection. */
export interface OpenedConnection {
  /** As it came in. */
  before: SeenIp;
  /** As it left. */
  after: SeenIp;
  /** Whether it may have left with the address of its device. */
  isMasqueraded: boolean;
}

/** A later packet of a connection, and how its ends are translated. */
export interface Belonging {
  /** The packet as it comes in. */
  ip: SeenIp;
  /** What an end is translated to; left out for one that stays. */
  translations: Readonly<Partial<Record<End, Endpoint>>>;
  isMasqueraded: boolean;
}

/**
 * Finds out what is translated in a later packet of a connection: in its direction the same as in the first packet,
 * against it what takes that back. An ICMP message about the connection may come from anybody on the way, so only what
 * it is addressed to tells its direction.
 *
 * @throws InvalidArgumentError naming `field` when it does not belong to that connection
 */
export function belong(
  ip: SeenIp,
  { before, after, isMasqueraded }: OpenedConnection,
  field: string,
): Belonging {
  const ofConnection: SeenIp = {
    ...ip,
    connection: {
      state: ip.connection.state,
      sourceTranslated: after.connection.sourceTranslated,
      destinationTranslated: after.connection.destinationTranslated,
      originalSource: before.source,
      originalDestination: before.destination,
    },
  };
  const ends: readonly End[] =
    ip.connection.state === 'related' ? ['destination'] : ['source', 'destination'];
  const fits = (endOf: (end: End) => Endpoint): boolean =>
    ends.every((end) => mayBe(endpointOf(ip, end), endOf(end), ip.connection.state === 'related'));
  const sameProtocol = ip.connection.state === 'related' || ip.protocol === before.protocol;
  const { sourceTranslated, destinationTranslated } = after.connection;
  const translations = (
    isSourceTranslated: Truth,
    isDestinationTranslated: Truth,
    endOf: (end: End) => Endpoint,
  ): Belonging['translations'] => ({
    ...(isSourceTranslated === 'no' ? {} : { source: endOf('source') }),
    ...(isDestinationTranslated === 'no' ? {} : { destination: endOf('destination') }),
  });
  if (sameProtocol && fits((end) => endpointOf(before, end))) {
    const along = translations(sourceTranslated, destinationTranslated, (end) => endpointOf(after, end));
    return { ip: ofConnection, translations: along, isMasqueraded };
  }
  const isFirstDirection = ip.connection.state === 'new';
  if (sameProtocol && !isFirstDirection && fits((end) => endpointOf(after, opposite(end)))) {
    const back = translations(destinationTranslated, sourceTranslated, (end) =>
      endpointOf(before, opposite(end)),
    );
    return { ip: ofConnection, translations: back, isMasqueraded };
  }
  throw new InvalidArgumentError(
    field,
    undefined,
    `the packet that opened its connection, which goes from ${nameOf(before.source)} to ${nameOf(before.destination)} ` +
      `and is answered from ${nameOf(after.destination)} to ${nameOf(after.source)}`,
  );
}

/** Only what opens a connection meets the rules of nat tables (nf_nat_inet_fn of nf_nat_core.c). */
export function opensConnection(state: ConnectionState, protocol: number): boolean {
  return state === 'new' || (state === 'related' && !isIcmp(protocol));
}

function opposite(end: End): End {
  return end === 'source' ? 'destination' : 'source';
}

function mayBe(one: Endpoint, other: Endpoint, addressOnly: boolean): boolean {
  const same = (mine: unknown, its: unknown): boolean =>
    mine === undefined || its === undefined || mine === its;
  return same(one.address, other.address) && (addressOnly || same(one.port, other.port));
}

function nameOf(address: string | undefined): string {
  return address ?? 'an address that is not known';
}
