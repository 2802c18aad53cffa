import type { Host } from './host.js';
import type { Probe } from './probe.js';

/** What a proof works with. */
export interface ProofContext {
  host: Host;
  probe: Probe;
  signal: AbortSignal;
  /** Builds the whole network once more, over what is there. */
  rebuild(): Promise<void>;
}

/** One line of the demo: a claim, and packets that prove it. */
export interface Proof {
  claim: string;
  /** Says what was seen; throws where the claim does not hold. */
  prove(context: ProofContext): Promise<string>;
}

/** Refuses to go on when something is not as it has to be. */
export function hold(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}
