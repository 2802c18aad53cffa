import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pnpm } from '../setup/install.mjs';

/** @typedef {{ name: string, file: string }} Tarball the name of a package, and where it is packed */

/** @type {Promise<readonly Tarball[]> | undefined} */
let packing;

/**
 * The tarball of every package that is published, as it would be published. They are packed once for all steps, and
 * removed when this program ends.
 * @returns {Promise<readonly Tarball[]>}
 */
export function packedPackages() {
  packing ??= pack();
  return packing;
}

async function pack() {
  const folder = mkdtempSync(join(tmpdir(), 'netdev-packed-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { status, output } = await pnpm([
    '-r',
    '--filter',
    './packages/*',
    'pack',
    '--pack-destination',
    folder,
  ]);
  const files = readdirSync(folder).sort();
  if (status !== 0 || files.length === 0) throw new Error(`pnpm pack: ${output}`);
  return files.map((file) => ({
    name: file.replace(/-\d+\.\d+\.\d+.*\.tgz$/, ''),
    file: join(folder, file),
  }));
}
