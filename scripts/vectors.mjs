// pnpm vectors DIR: plays the vector files of DIR against linux-net-compat and names each difference.
import { join } from 'node:path';
import { buildFolder } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { programEnvironment, root } from './setup/paths.mjs';
import { run, runInOurPlace, runMain, SetupError } from './setup/run.mjs';

const own = join(root, 'packages', 'linux-net-compat');
/** Beside the package's dependencies, so that they are found from there. */
const out = join(own, 'node_modules', '.vectors');

async function build() {
  await buildFolder(own);
  const tsup = join(root, 'node_modules', 'tsup', 'dist', 'cli-default.js');
  const entry = join('test', 'vectors', 'main.ts');
  const options = ['--no-config', '--format', 'esm', '--target', 'node20', '--out-dir', out, '--silent'];
  const { status, output } = await run(process.execPath, [tsup, entry, ...options], { cwd: own });
  if (status !== 0) throw new SetupError(output);
}

await runMain(async () => {
  await ensureInstalled();
  await build();
  return runInOurPlace(process.execPath, [join(out, 'main.js'), ...process.argv.slice(2)], {
    env: programEnvironment(),
  });
});
