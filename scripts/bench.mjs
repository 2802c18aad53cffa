// pnpm bench NAME [OPTIONS]: runs one benchmark of bench/ in the sandbox.
import { join } from 'node:path';
import { buildStale } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { programEnvironment, root } from './setup/paths.mjs';
import { runInOurPlace, runMain, SetupError } from './setup/run.mjs';
import { withDependencies, workspacePackages } from './setup/workspace.mjs';

const bench = join(root, 'bench');

async function build() {
  const packages = workspacePackages();
  const own = packages.find(({ folder }) => folder === bench);
  if (own === undefined) throw new SetupError(`There is no package in ${bench}`);
  const { status, output } = await buildStale(withDependencies(own, packages), (name) =>
    process.stderr.write(`Building ${name}\n`),
  );
  if (status !== 0) throw new SetupError(output);
}

await runMain(async () => {
  await ensureInstalled();
  await build();
  const program = [process.execPath, join(bench, 'dist', 'main.js'), ...process.argv.slice(2)];
  return runInOurPlace(process.execPath, [join(root, 'scripts', 'sandbox.mjs'), ...program], {
    env: programEnvironment(),
  });
});
