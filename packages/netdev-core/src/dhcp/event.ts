import type { OperationOptions } from '../operation-options.js';
import type { DhcpLease } from './lease.js';

/** What happens to the leases of a network. */
export type DhcpEvent = DhcpLeaseEvent | DhcpEventsMissed;

/**
 * - `added`: a client got an address;
 * - `renewed`: it holds it on, or changed its name;
 * - `removed`: it gave it back, or its time was up.
 */
export interface DhcpLeaseEvent {
  type: 'added' | 'renewed' | 'removed';
  network: string;
  lease: DhcpLease;
  /** Where it stands among the network's events: what comes behind it is told by `events(key, { after: position })`. */
  position: string;
}

/**
 * Some events before this position are lost and cannot be told one by one: the position that was asked for is older
 * than what is kept, the network was removed and made again, its server was killed before it had told all, or the
 * disk was full. What is known of the network's leases is to be read anew, by `leases()`. Where it stands in the stream
 * is where the events are lost from, or later.
 */
export interface DhcpEventsMissed {
  type: 'missed';
  network: string;
  position: string;
}

/** From where on events are told. */
export interface DhcpEventsOptions extends OperationOptions {
  /**
   * The position of the last event that was dealt with: those behind it are told, each once, those that came while
   * nobody listened included. For one network its position, for all of them the position by network; networks
   * that are not named begin as without it. A program that keeps the position with what it makes of
   * the events goes on exactly where it stopped. Left out: from now on, and a network that is made
   * later from its first event on.
   */
  after?: string | Readonly<Record<string, string>> | undefined;
}
