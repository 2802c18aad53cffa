import { setTimeout as sleep } from 'node:timers/promises';
import type { FileWatch, HostFiles } from 'netdev-exec';

/** After so many milliseconds it rings in any case: the system's word of a change can be lost. */
const LATEST_MS = 100;
/** The same for a file that the system does not watch. */
const UNWATCHED_MS = 5;

/** So many milliseconds after a change it rings: what comes in one go is worth one look. */
const SETTLED_MS = 1;

/** Rings when a file has changed, from its making on, and now and then for nothing. */
export class FileBell {
  readonly #watch: FileWatch | undefined;
  #hasChanged = false;
  #wake = (): void => {};

  constructor(files: HostFiles, path: string) {
    this.#watch = files.watch(path, () => {
      this.#hasChanged = true;
      this.#wake();
    });
  }

  /** Settles once the file has changed since the last time. */
  async next(): Promise<void> {
    if (!this.#hasChanged) await this.#change();
    if (this.#hasChanged) await sleep(SETTLED_MS);
    this.#hasChanged = false;
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#watch === undefined ? UNWATCHED_MS : LATEST_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  close(): void {
    this.#watch?.close();
  }
}
