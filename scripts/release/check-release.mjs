import getReleasePlan from '@changesets/get-release-plan';
import { root } from '../setup/paths.mjs';
import { releaseProblems } from './release-problems.mjs';
import { publishedPackages, readReleasedApi } from './released-api.mjs';

/**
 * What the changesets that are there make of the packages; git and the registry are not asked.
 * @returns {Promise<import('./release-problems.mjs').Plan>}
 */
export async function nextRelease() {
  const { changesets, releases } = await getReleasePlan(root);
  return { changesets, releases: releases.filter(({ type }) => type !== 'none') };
}

/**
 * Whether the next release says what has changed: one check for each package.
 * @returns {Promise<import('../testing/steps.mjs').Outcome>}
 */
export async function checkRelease() {
  const packages = publishedPackages();
  const problems = releaseProblems(packages, readReleasedApi(), await nextRelease());
  const failed = Math.min(problems.length, packages.length);
  return {
    passed: packages.length - failed,
    failed,
    output:
      problems.length === 0 ? '' : [...problems, 'A changeset is made by npm run changeset.'].join('\n'),
  };
}
