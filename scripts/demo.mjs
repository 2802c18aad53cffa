// npm run demo -- ARGS: sees to the Debian packages, the npm packages and the build, then runs the example with ARGS.
import { join } from 'node:path';
import { buildStale } from './setup/build.mjs';
import { ensureTools } from './setup/debian.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { programEnvironment, root } from './setup/paths.mjs';
import { runInOurPlace, runMain, SetupError } from './setup/run.mjs';
import { withDependencies, workspacePackages } from './setup/workspace.mjs';

const example = join(root, 'examples', 'virtual-network');
const args = process.argv.slice(2);

/** These print and touch nothing, so they have to work on any machine. */
const needsNoTools = ['--dry-run', '--help', '-h'].some((flag) => args.includes(flag));

async function build() {
  const packages = workspacePackages();
  const own = packages.find(({ folder }) => folder === example);
  if (own === undefined) throw new SetupError(`There is no package in ${example}`);
  const { status, output } = await buildStale(withDependencies(own, packages), (name) =>
    process.stderr.write(`Building ${name}\n`),
  );
  if (status !== 0) throw new SetupError(output);
}

await runMain(async () => {
  if (!needsNoTools) await ensureTools('demo');
  await ensureInstalled();
  await build();
  return runInOurPlace(process.execPath, [join(example, 'dist', 'main.js'), ...args], {
    env: programEnvironment(),
  });
});
