import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainEnvironment } from '../../setup/paths.mjs';
import { run } from '../../setup/run.mjs';
import { packedPackages } from '../packed.mjs';
import { checkTypes, errorsOf, writeSample } from './check-types.mjs';
import { installSets } from './install-sets.mjs';
import { differenceOf, installedPackages, nativePackages } from './installed-packages.mjs';
import { longTermNodes } from './long-term-nodes.mjs';

/** @typedef {import('./install-sets.mjs').InstallSet} InstallSet */

const programs = ['use.mjs', 'use.cjs'];

/**
 * Installs each package for itself from its tarball, and what a FreeBSD host needs, by npm into empty projects; compares
 * what came along; type-checks a sample program and runs it, from ESM and CJS, on this Node and on those of the long-term releases.
 * @returns {Promise<import('../steps.mjs').Outcome>} for each: two checks, two of types, and two runs by each Node
 */
export async function checkInstall() {
  const folder = mkdtempSync(join(tmpdir(), 'netdev-install-'));
  try {
    const nodes = [process.execPath, ...(await longTermNodes())];
    for (const set of installSets) await install(join(folder, set.name), set);
    const types = await checkTypes(folder);
    const names = installSets.map(({ name }) => name);
    const results = [];
    for (const set of installSets) {
      const project = join(folder, set.name);
      const native = differenceOf(nativePackages(project), set.native ?? []);
      results.push(
        differenceOf(installedPackages(project), set.brings).map((line) => `${set.name}: ${line}`),
        native.map((line) => `${set.name}, native code: ${line}`),
        ...types.map(({ resolution, errors }) =>
          errorsOf(errors, set, names).map((line) => `${set.name}, ${resolution}: ${line}`),
        ),
        ...(await runPrograms(project, set, nodes)),
      );
    }
    const failures = results.filter((lines) => lines.length > 0);
    return {
      passed: results.length - failures.length,
      failed: failures.length,
      output: failures.flat().join('\n'),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} project @param {InstallSet} set */
async function install(project, { name, asks }) {
  const tarballs = Object.fromEntries(
    (await packedPackages()).map((each) => [each.name, `file:${each.file}`]),
  );
  const dependencies = Object.fromEntries(asks.map((each) => [each, tarballs[each]]));
  writeSample(project, name);
  // Whatever of ours is asked for by a range of versions is the tarball; nobody gets it who does not ask.
  const manifest = { name: 'app', version: '1.0.0', private: true, dependencies, overrides: tarballs };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest));
  const words = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
  const { status, output } = await run('npm', words, { cwd: project, env: plainEnvironment() });
  if (status !== 0) throw new Error(`npm install ${asks.join(' ')}: ${output}`);
}

/**
 * @param {string} project
 * @param {InstallSet} set
 * @param {readonly string[]} nodes
 * @returns {Promise<string[][]>} what is wrong, for each program and Node
 */
function runPrograms(project, { name, says }, nodes) {
  const runs = nodes.flatMap((node) => programs.map((program) => ({ node, program })));
  return Promise.all(
    runs.map(async ({ node, program }) => {
      const { status, output } = await run(node, [program], { cwd: project });
      if (status === 0 && output === `${says}\n`) return [];
      return [`${name}, ${program} by ${node}: exit status ${status}, ${JSON.stringify(output)}`];
    }),
  );
}
