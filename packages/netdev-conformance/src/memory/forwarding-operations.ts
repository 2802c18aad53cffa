import {
  type ForwardingEntry,
  type ParsedForwardingEntrySpec,
  UnsupportedError,
  withoutOwnNetwork,
} from 'netdev-core';
import { type MemoryForwardingEntry, type MemoryLink, type NetworkStack, tell } from './network-stack.js';
import { showVxlan } from './show-kind.js';

/** What was set in the databases of bridges and vxlans. Nothing is learned, for nobody talks. */
export function forwardingEntriesOf(stack: NetworkStack): ForwardingEntry[] {
  return stack.forwardingEntries.flatMap((entry) => showEntry(stack, entry) ?? []);
}

/** Adds an entry, in place of the one for the same address. */
export function putForwardingEntry(
  stack: NetworkStack,
  link: MemoryLink,
  spec: ParsedForwardingEntrySpec,
): void {
  const database = databaseOf(link, spec);
  const isReplaced = (entry: MemoryForwardingEntry): boolean => {
    const other = stack.links.get(entry.linkIndex);
    if (other === undefined || databaseOf(other, entry.spec) !== database) return false;
    if (entry.spec.mac !== spec.mac || entry.spec.vlanId !== spec.vlanId) return false;
    return spec.remote === undefined || !mayHaveSeveral(spec.mac);
  };
  stack.forwardingEntries = stack.forwardingEntries.filter((entry) => !isReplaced(entry));
  const added = { linkIndex: link.index, spec };
  stack.forwardingEntries.push(added);
  const entry = showEntry(stack, added);
  if (entry !== undefined) tell(stack, { type: 'forwarding-entry-changed', entry });
}

export function dropForwardingEntry(
  stack: NetworkStack,
  isWanted: (entry: ForwardingEntry) => boolean,
): void {
  removeEntries(stack, (entry) => {
    const shown = showEntry(stack, entry);
    return shown !== undefined && isWanted(shown);
  });
}

/** A port that leaves its bridge leaves the database, too; a link that goes takes its own along. */
export function forgetForwarding(stack: NetworkStack, link: MemoryLink, what: 'as a port' | 'all'): void {
  removeEntries(
    stack,
    ({ linkIndex, spec }) => linkIndex === link.index && (what === 'all' || spec.remote === undefined),
  );
}

function removeEntries(stack: NetworkStack, isGone: (entry: MemoryForwardingEntry) => boolean): void {
  const gone = stack.forwardingEntries.filter(isGone);
  stack.forwardingEntries = stack.forwardingEntries.filter((entry) => !gone.includes(entry));
  for (const one of gone) {
    const entry = showEntry(stack, one);
    if (entry !== undefined) tell(stack, { type: 'forwarding-entry-removed', entry });
  }
}

/** The entry as the link's database holds it. @throws UnsupportedError */
export function inDatabase(link: MemoryLink, given: ParsedForwardingEntrySpec): ParsedForwardingEntrySpec {
  const { remote, mac } = given;
  if (remote === undefined && link.master !== undefined) return given;
  if (remote !== undefined && link.spec.kind === 'vxlan')
    return withoutOwnNetwork(given, showVxlan(link.spec));
  throw new UnsupportedError({
    operation: 'change forwarding entry',
    object: `${mac} on ${link.name}`,
    detail: remote === undefined ? 'it is no port of a bridge' : 'it is no vxlan, and sends to no remote',
  });
}

/** A vxlan has one of its own, also as a port. */
function databaseOf(link: MemoryLink, { remote }: ParsedForwardingEntrySpec): number | undefined {
  return remote === undefined ? link.master : link.index;
}

/** A vxlan may have several hosts for a group address, and for all zeros. */
function mayHaveSeveral(mac: string): boolean {
  return (Number.parseInt(mac.slice(0, 2), 16) & 1) === 1 || mac === '00:00:00:00:00:00';
}

function showEntry(
  stack: NetworkStack,
  { linkIndex, spec }: MemoryForwardingEntry,
): ForwardingEntry | undefined {
  const link = stack.links.get(linkIndex);
  if (link === undefined) return undefined;
  const shown: ForwardingEntry = { ...spec, link: link.name, origin: 'static' };
  const bridge = link.master === undefined ? undefined : stack.links.get(link.master);
  if (spec.remote === undefined && bridge !== undefined) shown.bridge = bridge.name;
  return shown;
}
