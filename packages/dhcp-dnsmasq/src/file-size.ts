import type { HostFiles } from 'netdev-exec';

/** The length of a file in bytes; `undefined` when there is none. */
export async function fileSize(files: HostFiles, path: string): Promise<number | undefined> {
  return (await files.readFrom(path, Number.MAX_SAFE_INTEGER))?.size;
}
