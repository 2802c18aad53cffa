/**
 * @typedef {{ name: string, version: string, api: string, changelog: string }} PublishedPackage `api`: a hash of its reports
 * @typedef {{ name: string, type: string }} Bump
 * @typedef {{
 *   changesets: readonly { id: string, releases: readonly Bump[] }[],
 *   releases: readonly (Bump & { oldVersion: string, newVersion: string })[],
 * }} Plan what changesets makes of the changesets that are there
 */

/**
 * What does not let the next release be made as the changes ask for:
 * - a package whose API reports differ from those of its last release, and no changeset names it as minor or major;
 * - a package that was never released, and neither its changelog nor a changeset speaks of it;
 * - a changeset for what is not published;
 * - a major version that no changeset asks for. changesets makes one where a package leaves the range in which another has
 *   it as a peer, which for 0.x is every minor version.
 *
 * @param {readonly PublishedPackage[]} packages
 * @param {Readonly<Record<string, string>>} released the hash of each package's reports at its last release
 * @param {Plan} plan
 * @returns {string[]} one line each
 */
export function releaseProblems(packages, released, { changesets, releases }) {
  const bumps = changesets.flatMap((changeset) => changeset.releases);
  const asks = (/** @type {string} */ name, /** @type {readonly string[]} */ types) =>
    bumps.some((bump) => bump.name === name && types.includes(bump.type));
  const names = packages.map(({ name }) => name);
  return [
    ...packages
      .filter(
        ({ name, api }) => name in released && released[name] !== api && !asks(name, ['minor', 'major']),
      )
      .map(
        ({ name }) =>
          `${name}: what users see has changed since its release, and no changeset says so as minor or major`,
      ),
    ...packages
      .filter(
        ({ name, version, changelog }) =>
          !(name in released) &&
          !changelog.split('\n').includes(`## ${version}`) &&
          !asks(name, ['patch', 'minor', 'major']),
      )
      .map(
        ({ name, version }) =>
          `${name}: its CHANGELOG.md has no version ${version}, and no changeset names it`,
      ),
    ...changesets.flatMap(({ id, releases: named }) =>
      named
        .filter(({ name }) => !names.includes(name))
        .map(({ name }) => `.changeset/${id}.md names ${name}, which is not published`),
    ),
    ...releases
      .filter(({ name, type }) => type === 'major' && !asks(name, ['major']))
      .map(
        ({ name, newVersion }) =>
          `${name} would become ${newVersion}, which no changeset asks for: give its peerDependencies a range that has the new version too (workspace:^0.1.0 || ^0.2.0)`,
      ),
  ];
}
