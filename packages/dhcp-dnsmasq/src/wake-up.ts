import type { FileWatch, HostFiles } from 'netdev-exec';

/** How often is looked although no file was said to have changed, in milliseconds. */
const LOOK_MS = 1_000;
/** What the look at one file may take of that: at many files is looked less often. */
const LOOK_MS_A_FILE = 2;

/** Which files have changed, or may have. */
export type Changes = ReadonlySet<string> | 'any';

/**
 * Waits until one of some files has changed, and wakes now and then in any case, for the system's word that a
 * file has changed can be lost, or be about a file that another has taken the place of.
 */
export class WakeUp {
  readonly #files: HostFiles;
  readonly #watches = new Map<string, FileWatch>();
  #changed: Set<string> | 'any' = new Set();
  #stopWaiting = (): void => {};

  constructor(files: HostFiles) {
    this.#files = files;
  }

  /** Watches these files, and no others any more. */
  watch(paths: ReadonlySet<string>): void {
    for (const path of this.#watches.keys()) if (!paths.has(path)) this.#forget(path);
    for (const path of paths) if (!this.#watches.has(path)) this.renew(path);
  }

  /** Watches the file that has this name now. */
  renew(path: string): void {
    this.#forget(path);
    const watch = this.#files.watch(path, () => {
      if (this.#changed !== 'any') this.#changed.add(path);
      this.#stopWaiting();
    });
    if (watch !== undefined) this.#watches.set(path, watch);
  }

  /** Says that any of the files may have changed. */
  wake(): void {
    this.#changed = 'any';
    this.#stopWaiting();
  }

  /** What has changed since the last time, as soon as something has; `any` when it is time to look. */
  async changes(signal: AbortSignal): Promise<Changes> {
    if (this.#changed !== 'any' && this.#changed.size === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const time = Math.max(LOOK_MS, LOOK_MS_A_FILE * this.#watches.size);
        const timer = setTimeout(() => this.wake(), time);
        this.#stopWaiting = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', this.#stopWaiting);
          resolve();
        };
        signal.addEventListener('abort', this.#stopWaiting);
      });
    }
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  close(): void {
    for (const path of this.#watches.keys()) this.#forget(path);
  }

  #forget(path: string): void {
    this.#watches.get(path)?.close();
    this.#watches.delete(path);
  }
}
