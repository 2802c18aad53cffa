import type { BridgeConfig } from './bridge-config.js';
import type { LeaseEvent } from './lease-handler.js';

/** What the program that hands on is started with. */
export interface DeliveryOrder extends Pick<BridgeConfig, 'stateDirectory' | 'target' | 'timeoutMs'> {
  network: string;
  /** Whether to ask for the leases to start with, after all events. */
  init: boolean;
  /** An event that the journal could not take. */
  unkept?: LeaseEvent;
}

/** What became of it. `busy`: others are at it, and at what the journal holds. */
export type DeliveryOutcome =
  | { result: 'done'; leases?: unknown }
  | { result: 'busy' }
  | { result: 'failed'; error: string };
