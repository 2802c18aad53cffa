import { PartialError } from 'netdev-core';

/** Steps that were done, and what takes each back. */
export class Undoing {
  readonly #steps: { what: string; undo: () => Promise<unknown> }[] = [];

  /** `what` is what is left behind when the step cannot be taken back. */
  add(what: string, undo: () => Promise<unknown>): void {
    this.#steps.push({ what, undo });
  }

  /** Does the work; when it fails, takes back what was done, the last first. @throws PartialError when that fails too */
  async around<T>(attempt: { operation: string; object?: string }, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      const left: string[] = [];
      for (const { what, undo } of this.#steps.reverse()) await undo().catch(() => left.push(what));
      if (left.length === 0) throw cause;
      throw new PartialError({
        ...attempt,
        detail: cause instanceof Error ? cause.message : String(cause),
        left,
        cause,
      });
    }
  }
}
