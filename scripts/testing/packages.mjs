import { basename, join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';
import { packedPackages } from './packed.mjs';

/** @param {string} tarball @returns {[name: string, command: string[]][]} */
function checksOf(tarball) {
  const modules = join(root, 'node_modules');
  return [
    ['publint', [join(modules, 'publint', 'src', 'cli.js'), 'run', tarball, '--strict']],
    [
      'attw',
      [
        join(modules, '@arethetypeswrong', 'cli', 'dist', 'index.js'),
        tarball,
        '--no-definitely-typed',
        // Resolution as in Node 10 knows no `exports`, so no subpath; the packages are for Node 20 and newer.
        '--profile',
        'node16',
      ],
    ],
  ];
}

/**
 * Packs every package that is published, as it would be published, and looks at each tarball with publint and
 * are-the-types-wrong: one check each.
 * @returns {Promise<import('./steps.mjs').Outcome>}
 */
export async function checkTarballs() {
  const failures = [];
  const checks = (await packedPackages()).flatMap(({ file }) =>
    checksOf(file).map(([tool, args]) => ({ name: basename(file), tool, args })),
  );
  for (const { name, tool, args } of checks) {
    const { status, output } = await run(process.execPath, args);
    if (status !== 0) failures.push(`${tool} ${name}\n${output.trimEnd()}`);
  }
  return {
    passed: checks.length - failures.length,
    failed: failures.length,
    output: failures.join('\n\n'),
  };
}
