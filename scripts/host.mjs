// npm run test:host -- [FILES] [VITEST OPTIONS]: host tests alone, in the sandbox, of the packages as they are now.
//
// What they need of Debian is fetched before: the sandbox has no way out.
import { join } from 'node:path';
import { buildAndSay } from './setup/build.mjs';
import { ensureTools } from './setup/debian.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { programEnvironment, root } from './setup/paths.mjs';
import { runInOurPlace, runMain } from './setup/run.mjs';
import { workspacePackages } from './setup/workspace.mjs';
import { guestPrograms } from './testing/vm/guest-programs.mjs';

await runMain(async () => {
  await ensureTools('test');
  await guestPrograms();
  await ensureInstalled();
  await buildAndSay(workspacePackages());
  const sandbox = join(root, 'scripts', 'sandbox.mjs');
  const vitest = ['vitest', 'run', '--project', 'host', ...process.argv.slice(2)];
  return runInOurPlace(process.execPath, [sandbox, ...vitest], { env: programEnvironment() });
});
