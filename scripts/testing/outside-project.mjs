import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pnpm } from '../setup/install.mjs';
import { packedPackages } from './packed.mjs';

/**
 * Runs `work` in a project outside of this workspace, which has our packages as their tarballs, and removes it.
 * @template Result
 * @param {{ copyOf?: string, files?: Readonly<Record<string, string>> }} what a folder to copy, and files by path
 * @param {(folder: string) => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function inOutsideProject({ copyOf, files = {} }, work) {
  const folder = mkdtempSync(join(tmpdir(), 'netdev-outside-'));
  try {
    if (copyOf !== undefined)
      cpSync(copyOf, folder, { recursive: true, filter: (path) => !/node_modules|dist$/.test(path) });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    await installWithTarballs(folder);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function installWithTarballs(folder) {
  const file = join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const tarballs = (await packedPackages()).map((tarball) => [tarball.name, `file:${tarball.file}`]);
  // Wherever one of our packages is asked for, by a range of versions, it is the tarball.
  manifest.pnpm = { overrides: Object.fromEntries(tarballs) };
  writeFileSync(file, JSON.stringify(manifest, null, 2));
  const { status, output } = await pnpm(
    ['install', '--prefer-offline', '--ignore-scripts', '--no-frozen-lockfile'],
    {
      cwd: folder,
    },
  );
  if (status !== 0) throw new Error(`pnpm install: ${output}`);
}
