import type { HostFiles } from './host-files.js';

/** Files that live in memory: for tests and dry runs. */
export function createMemoryFiles(initial: Readonly<Record<string, string>> = {}): HostFiles {
  const files = new Map(Object.entries(initial));
  const below = (directory: string): string => (directory.endsWith('/') ? directory : `${directory}/`);
  return {
    read: async (path) => files.get(path),
    write: async (path, text) => {
      files.set(path, text);
    },
    setMode: async (path) => files.has(path),
    remove: async (path) => {
      const gone = [...files.keys()].filter((name) => name === path || name.startsWith(below(path)));
      for (const name of gone) files.delete(name);
      return gone.length > 0;
    },
    list: async (directory) => {
      const names = [...files.keys()].filter((name) => name.startsWith(below(directory)));
      return [
        ...new Set(names.map((name) => name.slice(below(directory).length).split('/')[0] ?? '')),
      ].sort();
    },
    makeDirectory: async () => {},
  };
}
