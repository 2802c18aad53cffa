import { accessSync, constants, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { programEnvironment, programFolders, root } from './paths.mjs';
import { run, SetupError } from './run.mjs';
import { packagesOf, toolsFor } from './tools.mjs';

/** @param {string} tool */
function isInstalled(tool) {
  return programFolders(process.env.PATH).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @param {import('./tools.mjs').Purpose} purpose */
function missingTools(purpose) {
  return toolsFor(purpose).filter((entry) => !isInstalled(entry.tool));
}

/**
 * What to tell somebody who lacks tools and whose rights do not allow us to install them.
 * @param {readonly import('./tools.mjs').Tool[]} missing
 */
export function missingToolsMessage(missing) {
  const width = Math.max(...missing.map((entry) => entry.tool.length));
  return [
    'Missing programs:',
    ...missing.map(
      (entry) => `  ${entry.tool.padEnd(width)}  (Debian package ${entry.package}): ${entry.use}`,
    ),
    'Install them with:',
    `  sudo apt-get install ${packagesOf(missing).join(' ')}`,
  ].join('\n');
}

/** Whether apt has ever been told what there is; a fresh container image comes without any list. */
function hasPackageLists() {
  try {
    return readdirSync('/var/lib/apt/lists').some((name) => name.includes('_Packages'));
  } catch {
    return false;
  }
}

/** @param {string[]} args @param {string} [cwd] */
async function aptGet(args, cwd = root) {
  const env = { ...programEnvironment(), DEBIAN_FRONTEND: 'noninteractive' };
  const { status, output } = await run('apt-get', ['-y', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env,
    cwd,
  });
  return { done: status === 0, output };
}

/**
 * Old lists name versions that the mirrors no longer have, hence the second try after an update.
 * @param {string[]} args
 * @param {string} [cwd]
 */
async function aptGetUpdated(args, cwd) {
  const first = hasPackageLists() ? await aptGet(args, cwd) : { done: false, output: '' };
  if (first.done) return first;
  const update = await aptGet(['update']);
  const second = await aptGet(args, cwd);
  return { done: second.done, output: `${update.output}\n${second.output}` };
}

/** @param {string[]} packages */
function installPackages(packages) {
  return aptGetUpdated(['install', '--no-install-recommends', ...packages]);
}

/**
 * The package that another one stands for, such as the kernel of linux-image-amd64.
 * @param {string} name
 * @param {RegExp} pattern of the name that is looked for
 * @throws {SetupError} when apt knows of none
 */
export async function packageDependency(name, pattern) {
  const find = async () => {
    const { output } = await run('apt-cache', ['depends', name]);
    return [...output.matchAll(/^ *\|?Depends: (\S+)$/gm)]
      .map(([, one = '']) => one)
      .find((one) => pattern.test(one));
  };
  const first = await find();
  if (first !== undefined) return first;
  const { output } = await aptGet(['update']);
  const second = await find();
  if (second !== undefined) return second;
  throw new SetupError(`${output}\nNo package that ${name} depends on could be found with apt`);
}

/**
 * Downloads a package without installing it, which needs no privilege where apt knows it.
 * @param {string} name
 * @param {string} folder
 * @returns {Promise<string>} the file
 * @throws {SetupError} when it cannot be had
 */
export async function downloadPackage(name, folder) {
  const { done, output } = await aptGetUpdated(['download', name], folder);
  const file = readdirSync(folder).find((one) => one.endsWith('.deb'));
  if (done && file !== undefined) return join(folder, file);
  throw new SetupError(`${output}\nThe Debian package ${name} could not be downloaded`);
}

/**
 * Sees to it that every program the purpose needs is there: as root on Debian by installing what is missing,
 * otherwise by saying what is missing, before anything was changed.
 * @param {import('./tools.mjs').Purpose} purpose
 * @throws {SetupError} when something is missing and stays so
 */
export async function ensureTools(purpose) {
  if (process.platform !== 'linux') {
    throw new SetupError(
      `This needs a Linux kernel; here is ${process.platform}. Try: npm run demo -- --dry-run`,
    );
  }
  const missing = missingTools(purpose);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !isInstalled('apt-get')) throw new SetupError(missingToolsMessage(missing));

  const packages = packagesOf(missing);
  process.stderr.write(`Installing Debian packages: ${packages.join(' ')}\n`);
  const { done, output } = await installPackages(packages);
  const still = missingTools(purpose);
  if (done && still.length === 0) return;
  throw new SetupError(`${output}\n${missingToolsMessage(still.length > 0 ? still : missing)}`);
}
