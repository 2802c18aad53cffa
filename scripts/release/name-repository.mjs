import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root } from '../setup/paths.mjs';
import { workspacePackages } from '../setup/workspace.mjs';

/**
 * The field `repository` of a manifest. A registry takes a statement of provenance only for a package that names the
 * repository whose workflow made it.
 * @param {NodeJS.ProcessEnv} environment of a workflow on GitHub
 * @param {string} directory of the package, below the root
 */
export function repositoryField({ GITHUB_SERVER_URL, GITHUB_REPOSITORY }, directory) {
  if (GITHUB_SERVER_URL === undefined || GITHUB_REPOSITORY === undefined) return undefined;
  return { type: 'git', url: `git+${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}.git`, directory };
}

/** Writes into each manifest the repository that this workflow runs in; elsewhere does nothing. */
export function nameRepository() {
  for (const { folder, manifest } of workspacePackages()) {
    const repository = repositoryField(process.env, relative(root, folder).split(sep).join('/'));
    if (manifest.private === true || repository === undefined) continue;
    const file = join(folder, 'package.json');
    const text = { ...JSON.parse(readFileSync(file, 'utf8')), repository };
    writeFileSync(file, `${JSON.stringify(text, null, 2)}\n`);
  }
}
