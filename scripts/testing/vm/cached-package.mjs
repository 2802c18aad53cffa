import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { downloadPackage } from '../../setup/debian.mjs';
import { cacheFolder } from '../../setup/paths.mjs';
import { run, SetupError } from '../../setup/run.mjs';

const vmCache = () => join(cacheFolder(), 'vm');

/** The Debian packages that lie unpacked in the cache, sorted by name. */
export function cachedPackages() {
  const folder = vmCache();
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/**
 * The folder that a Debian package was unpacked into, without being installed; downloaded when it is asked for first.
 * @param {string} name
 * @param {(folder: string) => Promise<void>} [prepare] is done once, before anybody is given the folder
 * @throws {SetupError} when it cannot be downloaded or unpacked
 */
export async function cachedPackage(name, prepare = async () => {}) {
  const target = join(vmCache(), name);
  if (existsSync(target)) return target;
  process.stderr.write(`Downloading the Debian package ${name}\n`);
  mkdirSync(vmCache(), { recursive: true });
  // Under another name until it is whole: a run that was ended leaves nothing that looks like a package.
  const folder = mkdtempSync(join(vmCache(), '.incoming-'));
  try {
    const unpacked = join(folder, 'unpacked');
    const { status, output } = await run('dpkg-deb', ['-x', await downloadPackage(name, folder), unpacked]);
    if (status !== 0) throw new SetupError(`dpkg-deb: exit status ${status}\n${output}`);
    await prepare(unpacked);
    if (!existsSync(target)) renameSync(unpacked, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return target;
}
