import type { HostFiles } from './host-files.js';

/** Files that live in memory: for tests and dry runs. */
export function createMemoryFiles(initial: Readonly<Record<string, string>> = {}): HostFiles {
  const files = new Map(Object.entries(initial));
  /** How many changes there had been when a file became what it is. */
  const changes = new Map<string, number>();
  let count = 0;
  const below = (directory: string): string => (directory.endsWith('/') ? directory : `${directory}/`);
  const watchers = new Map<string, Set<() => void>>();
  const within = (path: string): string[] =>
    [...files.keys()].filter((name) => name === path || name.startsWith(below(path)));
  const changed = (path: string): void => {
    count += 1;
    changes.set(path, count);
    for (const onChange of watchers.get(path) ?? []) onChange();
  };
  return {
    read: async (path) => files.get(path),
    readFrom: async (path, offset) => {
      const text = files.get(path);
      if (text === undefined) return undefined;
      const bytes = Buffer.from(text);
      return { bytes: bytes.subarray(offset), size: bytes.length };
    },
    version: async (path) => {
      const names = within(path);
      return names.length === 0
        ? undefined
        : names.map((name) => `${name} ${changes.get(name) ?? 0}`).join('\n');
    },
    write: async (path, text) => {
      files.set(path, text);
      changed(path);
    },
    empty: async (path) => {
      if (!files.has(path)) return false;
      files.set(path, '');
      changed(path);
      return true;
    },
    setMode: async (path) => files.has(path),
    remove: async (path) => {
      const gone = within(path);
      for (const name of gone) files.delete(name);
      for (const name of gone) changed(name);
      return gone.length > 0;
    },
    list: async (directory) => {
      const names = [...files.keys()].filter((name) => name.startsWith(below(directory)));
      return [
        ...new Set(names.map((name) => name.slice(below(directory).length).split('/')[0] ?? '')),
      ].sort();
    },
    makeDirectory: async () => {},
    watch: (path, onChange) => {
      if (!files.has(path)) return undefined;
      const told = watchers.get(path) ?? new Set();
      watchers.set(path, told);
      // Each watch is one of its own, also where two are told by the same function.
      const tell = (): void => onChange();
      told.add(tell);
      return { close: () => void told.delete(tell) };
    },
  };
}
