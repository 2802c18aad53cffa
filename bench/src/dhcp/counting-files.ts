import type { HostFiles } from 'netdev-exec';

/** Files that are kept as given, and what is written to them is counted, in bytes. */
export function countingFiles(files: HostFiles): { files: HostFiles; written(): number } {
  let bytes = 0;
  return {
    files: {
      ...files,
      write: async (path, text, options) => {
        bytes += Buffer.byteLength(text);
        await files.write(path, text, options);
      },
    },
    written: () => bytes,
  };
}
