// npm run build: installs what is needed and builds every package that is not up to date.
import { buildAndSay } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { runMain } from './setup/run.mjs';
import { workspacePackages } from './setup/workspace.mjs';

await runMain(async () => {
  await ensureInstalled();
  await buildAndSay(workspacePackages());
  return 0;
});
