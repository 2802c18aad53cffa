import type { LinuxNetContext } from '../context.js';

/** Writes a text: `w` replaces the file's, `a` adds to it. */
export async function writeToFile(
  { files }: Pick<LinuxNetContext, 'files'>,
  path: string,
  text: string,
  mode: 'w' | 'a' = 'w',
): Promise<void> {
  const before = mode === 'a' ? ((await files.read(path)) ?? '') : '';
  await files.write(path, before + text);
}
