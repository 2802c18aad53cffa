import {
  encodeMessage,
  encodeNeighbour,
  type NeighbourMessage,
  NLM_F,
  NUD,
  RTM,
} from '../../../netlink/index.js';
import { neighbourRequest } from '../../neighbour-changes.js';
import { neighbourFromMessage } from '../../neighbour-from-message.js';
import type { HostState } from '../host-state.js';
import { ofLink, type Touched } from '../touched.js';
import type { Restoring, RestoringContext, RestoringStep } from './restoring.js';

/** States that can be asked for; from the others a neighbour comes back by itself. */
const SETTABLE = NUD.PERMANENT | NUD.NOARP | NUD.REACHABLE | NUD.STALE;

/** Puts back the neighbours that are named, and those set to stay that went with a link. */
export function restoreNeighbours(
  before: HostState,
  now: HostState,
  touched: Touched,
  { nameOf }: RestoringContext,
): Restoring {
  const isNamed = (message: NeighbourMessage): boolean => touched.neighbours.has(keyOf(message));
  const wanted = before.neighbours.filter(
    (message) => isSet(message) || (isNamed(message) && (message.state & SETTABLE) !== 0),
  );
  const was = new Map(wanted.map((message) => [keyOf(message), message]));
  const is = new Map(now.neighbours.map((message) => [keyOf(message), message]));
  const extra = now.neighbours.filter((message) => isNamed(message) && !was.has(keyOf(message)));
  const other = wanted.filter((message) => {
    const present = is.get(keyOf(message));
    if (present === undefined) return true;
    // What was learned changes by itself, but not into one that is set to stay.
    return isSet(message) ? identityOf(message) !== identityOf(present) : isSet(present);
  });
  const stepOf = (
    message: NeighbourMessage,
    change: 'add-neighbour' | 'delete-neighbour',
    request: Uint8Array,
  ): RestoringStep => {
    const link = nameOf(message.index);
    const { address, mac } = neighbourFromMessage(message, link ?? '') ?? {};
    const what = `neighbour ${address} of ${link ?? `link ${message.index}`}`;
    if (link === undefined || address === undefined) return { what, request, told: undefined };
    if (change === 'delete-neighbour') return { what, request, told: { do: change, link, address } };
    const told =
      mac === undefined || !isSet(message) ? undefined : { do: change, spec: { link, address, mac } };
    return { what, request, told };
  };
  return {
    off: extra.map((message) => stepOf(message, 'delete-neighbour', removal(message))),
    on: other.map((message) => stepOf(message, 'add-neighbour', again(message))),
  };
}

function isSet({ state }: NeighbourMessage): boolean {
  return (state & (NUD.PERMANENT | NUD.NOARP)) !== 0;
}

function keyOf(message: NeighbourMessage): string {
  return ofLink(message.index, neighbourFromMessage(message, '')?.address ?? '');
}

function identityOf({ state, linkAddress = new Uint8Array() }: NeighbourMessage): string {
  return `${state} ${[...linkAddress]}`;
}

function again({ family, index, state, flags, destination, linkAddress }: NeighbourMessage): Uint8Array {
  const message = { ...neighbourRequest(family, index), state, flags, destination, linkAddress };
  const how = NLM_F.REQUEST | NLM_F.ACK | NLM_F.CREATE | NLM_F.REPLACE;
  return encodeMessage({ type: RTM.NEWNEIGH, flags: how }, encodeNeighbour(message));
}

function removal({ family, index, destination }: NeighbourMessage): Uint8Array {
  const message = { ...neighbourRequest(family, index), destination };
  return encodeMessage({ type: RTM.DELNEIGH, flags: NLM_F.REQUEST | NLM_F.ACK }, encodeNeighbour(message));
}
