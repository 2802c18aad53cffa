// npm run api: writes what each package says to its users into packages/NAME/api, to be checked in with the change.
import { buildStale } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { runMain, SetupError } from './setup/run.mjs';
import { workspacePackages } from './setup/workspace.mjs';

await runMain(async () => {
  await ensureInstalled();
  const { status, output } = await buildStale(workspacePackages());
  if (status !== 0) throw new SetupError(output);
  // Needs TypeScript, which is there only now.
  const { writeApiReports } = await import('./testing/api-reports.mjs');
  writeApiReports();
  return 0;
});
