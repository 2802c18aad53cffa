/** What every operation of the contracts accepts as its last argument. */
export interface OperationOptions {
  /** Gives up, and undoes what it can, when this fires; the operation rejects with `AbortedError`. */
  signal?: AbortSignal | undefined;
}

/** What an `ensure…` operation answers. */
export interface Ensured<T> {
  /** `false` when everything was as asked for already and nothing was written. */
  changed: boolean;
  value: T;
}
