import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageDependency } from '../../setup/debian.mjs';
import { run, SetupError } from '../../setup/run.mjs';
import { cachedPackage, cachedPackages } from './cached-package.mjs';
import { buildNetdevsim } from './netdevsim.mjs';

/**
 * Debian's stock kernel, unpacked: the image, and the folder with its modules.
 * @typedef {{ image: string, modules: string }} GuestKernel
 */

/**
 * The kernel that the virtual machine boots. It is downloaded as a Debian package, once a version, and unpacked into the
 * cache; it is never installed.
 * @returns {Promise<GuestKernel>}
 * @throws {SetupError} when there is none for this machine, or it cannot be downloaded
 */
export async function guestKernel() {
  if (process.arch !== 'x64')
    throw new SetupError(`The virtual machine needs x86-64; here is ${process.arch}.`);
  const known = cachedPackages().filter((name) => /^linux-image-.*-amd64$/.test(name));
  const name = known.at(-1) ?? (await packageDependency('linux-image-amd64', /^linux-image-/));
  const folder = await cachedPackage(name, (unpacked) => completeModules(unpacked));
  const [version = ''] = readdirSync(join(folder, 'lib', 'modules'));
  return {
    image: join(folder, 'boot', `vmlinuz-${version}`),
    modules: join(folder, 'lib', 'modules', version),
  };
}

/** @param {string} folder an unpacked kernel */
async function completeModules(folder) {
  const [version = ''] = readdirSync(join(folder, 'lib', 'modules'));
  await buildNetdevsim(version, join(folder, 'lib', 'modules', version, 'updates'));
  const { status, output } = await run('depmod', ['-b', folder, version]);
  if (status !== 0) throw new SetupError(`depmod: exit status ${status}\n${output}`);
}

/**
 * The files of modules and of all that they need, each after what it needs itself.
 * @param {string} modulesDep the text of a modules.dep
 * @param {readonly string[]} names of modules
 * @returns {string[]} relative to the folder of modules.dep; a module that is built in has none
 */
export function moduleFiles(modulesDep, names) {
  const lines = modulesDep.split('\n').map((line) => line.split(/:? +|:$/).filter((word) => word !== ''));
  const files = names.flatMap((name) => {
    // depmod(8) writes what a module needs behind it, in the reverse order of loading.
    const line = lines.find(([file]) => file?.endsWith(`/${name}.ko`));
    return line === undefined ? [] : [...line].reverse();
  });
  return [...new Set(files)];
}

/**
 * Like {@link moduleFiles}, of an unpacked kernel.
 * @param {GuestKernel} kernel
 * @param {readonly string[]} names
 */
export function modulesOf({ modules }, names) {
  return moduleFiles(readFileSync(join(modules, 'modules.dep'), 'utf8'), names).map((file) =>
    join(modules, file),
  );
}
