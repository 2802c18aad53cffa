// npm run release -- plan | version | publish: what the next release is; its versions and changelogs; and publishing it.
import { join } from 'node:path';
import { nameRepository } from './release/name-repository.mjs';
import { writeReleasedApi } from './release/released-api.mjs';
import { buildStale } from './setup/build.mjs';
import { ensureInstalled, pnpm } from './setup/install.mjs';
import { programEnvironment, root } from './setup/paths.mjs';
import { run, runMain, SetupError } from './setup/run.mjs';
import { workspacePackages } from './setup/workspace.mjs';

/** @param {{ status: number, output: string }} done */
function succeed({ status, output }) {
  if (status !== 0) throw new SetupError(output);
  process.stdout.write(output);
}

/** @type {Readonly<Record<string, () => Promise<void>>>} */
const actions = {
  async plan() {
    // Needs changesets, which is there only when everything is installed.
    const { nextRelease } = await import('./release/check-release.mjs');
    const { releases } = await nextRelease();
    const lines = releases.map(
      ({ name, oldVersion, newVersion }) => `${name} ${oldVersion} -> ${newVersion}\n`,
    );
    process.stdout.write(lines.length === 0 ? 'No changesets: versions stay as they are.\n' : lines.join(''));
  },
  async version() {
    const bin = join(root, 'node_modules', '.bin');
    const env = programEnvironment([bin]);
    succeed(await run(join(bin, 'changeset'), ['version'], { env }));
    writeReleasedApi();
    succeed(await run(join(bin, 'biome'), ['format', '--write', '.'], { env }));
  },
  async publish() {
    succeed(await buildStale(workspacePackages()));
    nameRepository();
    succeed(await pnpm(['exec', 'changeset', 'publish']));
  },
};

await runMain(async () => {
  const [name = '', ...rest] = process.argv.slice(2);
  const action = actions[name];
  if (action === undefined || rest.length > 0)
    throw new SetupError(`usage: npm run release -- ${Object.keys(actions).join(' | ')}`);
  await ensureInstalled();
  await action();
  return 0;
});
