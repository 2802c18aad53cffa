/**
 * The one seam through which drivers keep files, so that a dry run or a test can stand in for the
 * disk. Paths are absolute.
 */
export interface HostFiles {
  /** The text, or `undefined` when there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** What stands behind an offset in bytes, for files that grow; `undefined` when there is no such file. */
  readFrom(path: string, offset: number): Promise<FilePart | undefined>;
  /** A text that is another one after each change of the file or directory; `undefined` when there is none. */
  version(path: string): Promise<string | undefined>;
  /** Replaces the file in one step (a reader sees the old or the new text, never a part); makes the directory. Until then its name begins with a dot. */
  write(path: string, text: string, options?: WriteOptions): Promise<void>;
  /** Empties a file in place, so that who has it open to append goes on in it; answers whether there was one. */
  empty(path: string): Promise<boolean>;
  /** Sets who may read and write a file; answers whether there was one. */
  setMode(path: string, mode: number): Promise<boolean>;
  /** Removes a file, or a directory and all in it; answers whether there was one. */
  remove(path: string): Promise<boolean>;
  /** The names in a directory, sorted; empty when there is none. */
  list(directory: string): Promise<string[]>;
  makeDirectory(path: string, options?: { mode?: number }): Promise<void>;
  /**
   * Tells when a file has changed, as soon as the system says so (inotify(7), kqueue(2)). That is a hint and no promise:
   * who waits for a change has to look by itself too, now and then. `undefined` when the file cannot be watched,
   * as when there is none. Does not keep this program alive.
   */
  watch(path: string, onChange: () => void): FileWatch | undefined;
}

/** How a file is written. */
export interface WriteOptions {
  /** Left out: 0o644, whatever the umask. */
  mode?: number;
  /**
   * What a crash of the machine may do to it: `nothing`, which waits for the disk (fsync(2)), or `anything`, for what can be
   * made again from another file. Left out: `nothing`.
   */
  lossByCrash?: 'nothing' | 'anything';
}

/** A part of a file. */
export interface FilePart {
  bytes: Buffer;
  /** The length of the whole file in bytes, less than the offset when it was emptied or cut meanwhile. */
  size: number;
}

export interface FileWatch {
  close(): void;
}
