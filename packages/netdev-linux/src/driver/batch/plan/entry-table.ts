import { type ForwardingEntry, isForwardingEntry, type ParsedForwardingEntrySpec } from 'netdev-core';
import { mayHaveSeveral } from '../../forwarding-entry-message.js';
import { ofLink } from '../touched.js';

type Known = Pick<ForwardingEntry, 'origin'>;

/** The forwarding entries of the links that a batch is about, as they will be when what was planned has been carried out. */
export interface EntryTable {
  /** `unsure`: an entry of the same address was changed, and the kernel may have changed others with it. */
  find(index: number, spec: ParsedForwardingEntrySpec): Known | 'unsure' | undefined;
  /** Whether all entries of a link are known. */
  isKnown(index: number): boolean;
  put(index: number, spec: ParsedForwardingEntrySpec): void;
  remove(index: number, spec: ParsedForwardingEntrySpec): void;
  /** The link leaves its bridge or joins one. */
  forget(index: number): void;
}

interface Address {
  link: number;
  entries: (Known & { is(spec: ParsedForwardingEntrySpec): boolean })[];
}

export function entryTable(
  read: readonly { index: number; entry: ForwardingEntry }[],
  indices: Iterable<number>,
): EntryTable {
  const known = new Set(indices);
  const addresses = new Map<string, Address>();
  /** What was planned for the one entry that a database has for an address. */
  const planned = new Map<string, string>();
  const addressOf = (link: number, mac: string): Address => {
    const address = addresses.get(ofLink(link, mac)) ?? { link, entries: [] };
    addresses.set(ofLink(link, mac), address);
    return address;
  };
  for (const { index, entry } of read) {
    // By its number: the name may be another by now.
    const is = (spec: ParsedForwardingEntrySpec): boolean =>
      isForwardingEntry({ ...entry, link: spec.link }, spec);
    addressOf(index, entry.mac).entries.push({ origin: entry.origin, is });
  }
  return {
    isKnown: (index) => known.has(index),
    find: (index, spec) => {
      const other = planned.get(databaseOf(index, spec));
      if (other !== undefined && other !== `${index} ${wordsOf(spec)}`) return 'unsure';
      return addressOf(index, spec.mac).entries.find((entry) => entry.is(spec));
    },
    put: (index, spec) => {
      if (!mayHaveSeveral(spec)) planned.set(databaseOf(index, spec), `${index} ${wordsOf(spec)}`);
      const address = addressOf(index, spec.mac);
      address.entries = address.entries.filter((entry) => !entry.is(spec));
      address.entries.push({ origin: 'static', is: (other) => wordsOf(other) === wordsOf(spec) });
    },
    remove: (index, spec) => {
      const address = addressOf(index, spec.mac);
      address.entries = address.entries.filter((entry) => !entry.is(spec));
    },
    forget: (index) => {
      known.delete(index);
      for (const [key, { link }] of addresses) if (link === index) addresses.delete(key);
    },
  };
}

/** Where an address is once: in a vxlan, or in the bridge, whichever that is, of a port. */
function databaseOf(index: number, { mac, remote }: ParsedForwardingEntrySpec): string {
  return remote === undefined ? mac : ofLink(index, mac);
}

function wordsOf({ mac, vlanId, remote, port, vni }: ParsedForwardingEntrySpec): string {
  return JSON.stringify([mac, vlanId, remote, port, vni]);
}
