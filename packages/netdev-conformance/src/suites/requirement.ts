/** One demand of a contract, as a test that needs no test runner. */
export interface Requirement<Context> {
  /** What it is about: `addresses`. */
  group: string;
  /** What has to hold, in the contract's words. Unique in its contract. */
  name: string;
  /** Rejects when it does not hold. */
  run(context: Context): Promise<void>;
}

/** A requirement as it is written down; `Capability` is what a contract calls what may be lacking. */
export interface Demand<Context, Capability extends string> {
  name: string;
  /** Where one of these is lacking, that it is refused with an UnsupportedError is what is tested instead. */
  needs?: readonly Capability[];
  run(context: Context): Promise<void>;
}

/** How the use of a lacking capability is tried; it is expected to reject. */
export type Attempts<Context, Capability extends string> = Partial<
  Record<Capability, (context: Context) => Promise<unknown>>
>;
