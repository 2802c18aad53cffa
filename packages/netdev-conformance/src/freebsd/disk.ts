/** The files of the simulated host, as its programs read and write them: at once, as its commands answer. */
export interface FreeBsdDisk {
  /** The text; `undefined`: there is no such file. */
  read(path: string): string | undefined;
  write(path: string, text: string): void;
  append(path: string, text: string): void;
  /** Runs a script with its words and what is added to its environment, to its end. */
  execute(path: string, words: readonly string[], env: Readonly<Record<string, string>>): void;
}

/** A disk with nothing on it, in memory. It runs no scripts. */
export function createEmptyDisk(): FreeBsdDisk {
  const files = new Map<string, string>();
  return {
    read: (path) => files.get(path),
    write: (path, text) => {
      files.set(path, text);
    },
    append: (path, text) => {
      files.set(path, (files.get(path) ?? '') + text);
    },
    execute: (path) => {
      throw new Error(`this disk runs no scripts, and so not ${path}`);
    },
  };
}
