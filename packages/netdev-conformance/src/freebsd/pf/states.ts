import type { PfPacket } from './packet.js';
import type { Direction, FilterRule, TranslationRule } from './rules.js';

interface Peer {
  address: string;
  port: number;
}

/** A connection as one side of pf sees it: in the order in which it comes in, `first` being who sends. */
export interface StateKey {
  protocol: string;
  first: Peer;
  second: Peer;
}

/**
 * What lets the packets of a connection pass without rules. It has two keys: as its packets are on the wire, and as
 * the host sees them; these differ where it is translated.
 */
export interface PfState {
  id: number;
  direction: Direction;
  /** The interface that it is bound to; `undefined`: any. */
  interface: string | undefined;
  wire: StateKey;
  stack: StateKey;
  tag: string | undefined;
  rule: FilterRule | undefined;
  translation: TranslationRule | undefined;
  /** Of the rule that made it. */
  labels: readonly string[];
  packets: bigint;
}

/** Incoming packets are looked for as they are, outgoing ones as what they answer. */
export function keyOf(packet: PfPacket, direction: Direction): StateKey {
  const source = { address: packet.from, port: packet.fromPort ?? 0 };
  const target = { address: packet.to, port: packet.toPort ?? 0 };
  const protocol = packet.protocol;
  return direction === 'in'
    ? { protocol, first: source, second: target }
    : { protocol, first: target, second: source };
}

/** A packet with the addresses of a key in the place of its own. */
export function withKey(packet: PfPacket, { first, second }: StateKey, direction: Direction): PfPacket {
  const [source, target] = direction === 'in' ? [first, second] : [second, first];
  const hasPorts = packet.fromPort !== undefined || packet.toPort !== undefined;
  return {
    ...packet,
    from: source.address,
    to: target.address,
    ...(hasPorts ? { fromPort: source.port, toPort: target.port } : {}),
  };
}

const same = (one: Peer, other: Peer): boolean => one.address === other.address && one.port === other.port;

export function isSameKey(one: StateKey, other: StateKey): boolean {
  return one.protocol === other.protocol && same(one.first, other.first) && same(one.second, other.second);
}

/** The state that a packet belongs to. */
export function findState(
  states: readonly PfState[],
  packet: PfPacket,
  direction: Direction,
  name: string,
): PfState | undefined {
  const key = keyOf(packet, direction);
  const fits = (state: PfState): boolean =>
    (state.interface === undefined || state.interface === name) &&
    isSameKey(direction === 'in' ? state.wire : state.stack, key);
  return states.find((state) => state.interface !== undefined && fits(state)) ?? states.find(fits);
}

/** Who opened the connection, and to whom, as `pfctl -k` asks for them. */
export function endsOf(state: PfState): { source: string; target: string } {
  return state.direction === 'in'
    ? { source: state.wire.first.address, target: state.wire.second.address }
    : { source: state.stack.second.address, target: state.stack.first.address };
}

export function showState(state: PfState): string {
  const { wire, stack, direction } = state;
  const peer = ({ address, port }: Peer): string =>
    address.includes(':') ? `${address}[${port}]` : `${address}:${port}`;
  const isSame = isSameKey(wire, stack);
  const text =
    direction === 'in'
      ? `${peer(stack.second)}${isSame ? '' : ` (${peer(wire.second)})`} <- ${peer(wire.first)}`
      : `${peer(wire.second)}${isSame ? '' : ` (${peer(stack.second)})`} -> ${peer(wire.first)}`;
  return `${state.interface ?? 'all'} ${wire.protocol} ${text}`;
}
