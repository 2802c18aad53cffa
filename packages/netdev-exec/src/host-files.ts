/**
 * The one seam through which drivers keep files, so that a dry run or a test can stand in for the
 * disk. Paths are absolute.
 */
export interface HostFiles {
  /** The text, or `undefined` when there is no such file. */
  read(path: string): Promise<string | undefined>;
  /** Replaces the file in one step (a reader sees the old or the new text, never a part); makes the directory. `mode` left out: 0o644, whatever the umask. */
  write(path: string, text: string, options?: { mode?: number }): Promise<void>;
  /** Sets who may read and write a file; answers whether there was one. */
  setMode(path: string, mode: number): Promise<boolean>;
  /** Removes a file, or a directory and all in it; answers whether there was one. */
  remove(path: string): Promise<boolean>;
  /** The names in a directory, sorted; empty when there is none. */
  list(directory: string): Promise<string[]>;
  makeDirectory(path: string, options?: { mode?: number }): Promise<void>;
}
