// pnpm bench NAME [OPTIONS]: runs one benchmark of bench/ in the sandbox.
import { join } from 'node:path';
import { buildFolder } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { programEnvironment, root } from './setup/paths.mjs';
import { runInOurPlace, runMain } from './setup/run.mjs';

const bench = join(root, 'bench');

await runMain(async () => {
  await ensureInstalled();
  await buildFolder(bench);
  const program = [process.execPath, join(bench, 'dist', 'main.js'), ...process.argv.slice(2)];
  return runInOurPlace(process.execPath, [join(root, 'scripts', 'sandbox.mjs'), ...program], {
    env: programEnvironment(),
  });
});
