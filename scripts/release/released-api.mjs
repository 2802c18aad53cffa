import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { workspacePackages } from '../setup/workspace.mjs';

/**
 * A hash over the API reports of each package as it was when its last release was made, by name. It is kept beside the
 * changesets, so that a clone without tags and history knows it too. A package that was never released is not in it.
 */
const file = join(root, '.changeset', 'released-api.json');

/** @param {string} folder of a package */
function hashOfReports(folder) {
  const place = join(folder, 'api');
  const hash = createHash('sha256');
  for (const name of existsSync(place) ? readdirSync(place).sort() : [])
    hash.update(`${name}\0`).update(readFileSync(join(place, name)));
  return hash.digest('hex');
}

/** @param {string} path */
function textOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/**
 * The packages that are published, with the hash of their reports as they are now.
 * @returns {import('./release-problems.mjs').PublishedPackage[]}
 */
export function publishedPackages() {
  return workspacePackages()
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, manifest }) => ({
      name: manifest.name,
      version: manifest.version ?? '',
      api: hashOfReports(folder),
      changelog: textOf(join(folder, 'CHANGELOG.md')),
    }));
}

/** @returns {Record<string, string>} by the name of the package */
export function readReleasedApi() {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** From now on, what the packages say to their users is what was released last. */
export function writeReleasedApi() {
  const released = Object.fromEntries(publishedPackages().map(({ name, api }) => [name, api]));
  writeFileSync(file, `${JSON.stringify(released, null, 2)}\n`);
}
