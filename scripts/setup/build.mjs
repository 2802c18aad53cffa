import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { filesBelow, hashOf } from './hash.mjs';
import { programEnvironment, root, stateFolder } from './paths.mjs';
import { run, SetupError } from './run.mjs';
import { withDependencies, workspaceDependencies, workspacePackages } from './workspace.mjs';

/**
 * Groups packages so that each one comes after all that it builds against.
 * @param {readonly import('./workspace.mjs').WorkspacePackage[]} packages
 * @throws {Error} when packages depend on each other in a circle
 */
export function buildOrder(packages) {
  const waves = [];
  let left = [...packages];
  while (left.length > 0) {
    const wave = left.filter((one) => workspaceDependencies(one, left).length === 0);
    if (wave.length === 0)
      throw new Error(`circle of packages: ${left.map((one) => one.manifest.name).join(', ')}`);
    waves.push(wave);
    left = left.filter((one) => !wave.includes(one));
  }
  return waves;
}

/** @param {import('./workspace.mjs').WorkspacePackage} of */
function stampFile({ manifest }) {
  return join(stateFolder, 'built', `${manifest.name.replaceAll('/', '__')}`);
}

/**
 * What a build was made from and what came out, as one hash: a changed source, a changed dependency and a dist folder
 * that somebody altered all call for a new build.
 * @param {import('./workspace.mjs').WorkspacePackage} of
 * @param {readonly import('./workspace.mjs').WorkspacePackage[]} all
 */
function buildHash(of, all) {
  const shared = ['tsconfig.base.json', 'tsconfig.json', 'pnpm-lock.yaml'].map((name) => join(root, name));
  const own = filesBelow(of.folder, ['node_modules', 'test', 'coverage']);
  const dependencies = workspaceDependencies(of, all).flatMap((one) => filesBelow(join(one.folder, 'dist')));
  return hashOf(root, [...shared, ...own, ...dependencies]);
}

/**
 * Builds those of the given packages that are not up to date, dependencies first.
 * @param {readonly import('./workspace.mjs').WorkspacePackage[]} packages with everything that they build against
 * @param {(name: string) => void} [report] is told of each package that has to be built
 * @returns {Promise<{ status: number, output: string }>} of the first wave that failed, or of all
 */
export async function buildStale(packages, report = () => {}) {
  const all = packages.filter(({ manifest }) => manifest.scripts?.build !== undefined);
  for (const wave of buildOrder(all)) {
    const stale = wave.filter((one) => {
      const stamp = stampFile(one);
      return !existsSync(stamp) || readFileSync(stamp, 'utf8') !== buildHash(one, all);
    });
    for (const { manifest } of stale) report(manifest.name);
    const failures = await buildAll(stale, all);
    if (failures.length > 0) return { status: 1, output: failures.join('\n') };
  }
  return { status: 0, output: '' };
}

/**
 * Builds the package of a folder and all that it builds against, as far as they are not up to date, and says which.
 * @param {string} folder
 * @throws {SetupError} when there is no package, or one cannot be built
 */
export async function buildFolder(folder) {
  const packages = workspacePackages();
  const own = packages.find((one) => one.folder === folder);
  if (own === undefined) throw new SetupError(`There is no package in ${folder}`);
  await buildAndSay(withDependencies(own, packages));
}

/**
 * Builds packages as far as they are not up to date, and says which.
 * @param {readonly import('./workspace.mjs').WorkspacePackage[]} packages
 * @throws {SetupError} when one cannot be built
 */
export async function buildAndSay(packages) {
  const { status, output } = await buildStale(packages, (name) => process.stderr.write(`Building ${name}\n`));
  if (status !== 0) throw new SetupError(output);
}

/**
 * @param {readonly import('./workspace.mjs').WorkspacePackage[]} stale
 * @param {readonly import('./workspace.mjs').WorkspacePackage[]} all
 */
async function buildAll(stale, all) {
  /** @type {string[]} */
  const failures = [];
  const queue = [...stale];
  const worker = async () => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      const bins = [join(one.folder, 'node_modules', '.bin'), join(root, 'node_modules', '.bin')];
      const env = programEnvironment(bins);
      const { status, output } = await run(String(one.manifest.scripts?.build), [], {
        cwd: one.folder,
        env,
        shell: true,
      });
      if (status === 0) {
        mkdirSync(join(stateFolder, 'built'), { recursive: true });
        writeFileSync(stampFile(one), buildHash(one, all));
      } else {
        failures.push(`${one.manifest.name}: the build failed\n${output}`);
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return failures;
}
