import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../setup/paths.mjs';
import { run } from '../../setup/run.mjs';

const samples = join(root, 'scripts', 'testing', 'install', 'samples');

/** As a strict user has them; our declarations are looked at as well. */
const options = {
  target: 'ES2022',
  lib: ['ES2023', 'ESNext.Disposable'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  types: ['node'],
  typeRoots: [join(root, 'node_modules', '@types')],
};

/** The ways to find a package: as Node does, from ESM and CJS, which also makes the programs; and as bundlers do. */
const resolutions = {
  node16: {
    compilerOptions: { ...options, module: 'node16', rootDir: '.' },
    include: ['*/use.mts', '*/use.cts'],
  },
  bundler: {
    compilerOptions: { ...options, module: 'esnext', moduleResolution: 'bundler', noEmit: true },
    include: ['*/use.ts'],
  },
};

/**
 * Puts the sample of a set into its project: the same words as a module of each kind.
 * @param {string} project
 * @param {string} name
 */
export function writeSample(project, name) {
  mkdirSync(project, { recursive: true });
  const text = readFileSync(join(samples, `${name}.ts`), 'utf8');
  for (const extension of ['mts', 'cts', 'ts']) writeFileSync(join(project, `use.${extension}`), text);
}

/**
 * Type-checks the samples of all projects in a folder, in each resolution, and makes `use.mjs` and `use.cjs` of them.
 * @param {string} folder
 * @returns {Promise<{ resolution: string, errors: readonly string[] }[]>} the compiler's lines, which begin with the project
 */
export function checkTypes(folder) {
  return Promise.all(
    Object.entries(resolutions).map(async ([resolution, settings]) => {
      const file = join(folder, `tsconfig.${resolution}.json`);
      writeFileSync(file, JSON.stringify(settings));
      const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
      const { status, output } = await run(process.execPath, [tsc, '-p', file, '--pretty', 'false'], {
        cwd: folder,
      });
      const errors = output.split('\n').filter((line) => line.trim() !== '');
      return {
        resolution,
        errors: status !== 0 && errors.length === 0 ? [`tsc ended with ${status}`] : errors,
      };
    }),
  );
}

/**
 * The errors that are a project's: those in it, and those in no project at all. What the declarations of a package say of an
 * optional peer that was not asked for is open, and anything to those who use it.
 * @param {readonly string[]} errors
 * @param {Pick<import('./install-sets.mjs').InstallSet, 'name' | 'without'>} set
 * @param {readonly string[]} names of all
 */
export function errorsOf(errors, { name, without = [] }, names) {
  const isOpen = (/** @type {string} */ line) =>
    line.includes('/node_modules/') &&
    without.some((peer) => line.includes(`TS2307: Cannot find module '${peer}'`));
  return errors.filter(
    (line) =>
      (line.startsWith(`${name}/`) || !names.some((each) => line.startsWith(`${each}/`))) && !isOpen(line),
  );
}
