// npm run demo -- ARGS: sees to the Debian packages, the npm packages and the build, then runs the example with ARGS.
import { join } from 'node:path';
import { buildFolder } from './setup/build.mjs';
import { ensureTools } from './setup/debian.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { programEnvironment, root } from './setup/paths.mjs';
import { runInOurPlace, runMain } from './setup/run.mjs';

const example = join(root, 'examples', 'virtual-network');
const args = process.argv.slice(2);

/** These print and touch nothing, so they have to work on any machine. */
const needsNoTools = ['--dry-run', '--help', '-h'].some((flag) => args.includes(flag));

await runMain(async () => {
  if (!needsNoTools) await ensureTools('demo');
  await ensureInstalled();
  await buildFolder(example);
  return runInOurPlace(process.execPath, [join(example, 'dist', 'main.js'), ...args], {
    env: programEnvironment(),
  });
});
