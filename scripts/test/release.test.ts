import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nextRelease } from '../release/check-release.mjs';
import { repositoryField } from '../release/name-repository.mjs';
import { releaseProblems } from '../release/release-problems.mjs';
import { publishedPackages } from '../release/released-api.mjs';
import { root } from '../setup/paths.mjs';

const core = { name: 'core', version: '0.1.0', api: 'now', changelog: '# core\n\n## 0.1.0\n' };
const nothing = { changesets: [], releases: [] };
const planOf = (type: string, name = 'core') => ({
  changesets: [{ id: 'brave-cat', releases: [{ name, type }] }],
  releases: [{ name, type, oldVersion: '0.1.0', newVersion: '0.2.0' }],
});

describe('a release is refused', () => {
  it.each([
    [
      'where users see something else and no changeset is there',
      core,
      nothing,
      /core: what users see has changed/,
    ],
    ['where the changeset is for another package', core, planOf('minor', 'exec'), /core: what users see/],
    ['where the changeset calls it a patch', core, planOf('patch'), /core: what users see/],
  ])('%s', (_, one, plan, says) => {
    const packages = [one, { ...core, name: 'exec' }];
    expect(releaseProblems(packages, { core: 'then', exec: 'now' }, plan)).toEqual([
      expect.stringMatching(says),
    ]);
  });

  it('where a package was never released, and neither its changelog nor a changeset speaks of it', () => {
    const fresh = { ...core, changelog: '# core\n\n## 0.1.00\n' };
    expect(releaseProblems([fresh], {}, nothing)).toEqual([
      'core: its CHANGELOG.md has no version 0.1.0, and no changeset names it',
    ]);
    expect(releaseProblems([fresh], {}, planOf('minor'))).toEqual([]);
  });

  it('where a changeset is for what is not published', () => {
    expect(releaseProblems([core], { core: 'now' }, planOf('minor', 'bench'))).toEqual([
      '.changeset/brave-cat.md names bench, which is not published',
    ]);
  });

  it('where a peer makes a major version of what nobody called so', () => {
    const compat = { ...core, name: 'compat' };
    const plan = planOf('minor');
    const major = { name: 'compat', type: 'major', oldVersion: '0.1.0', newVersion: '1.0.0' };
    const problems = releaseProblems(
      [core, compat],
      { core: 'then', compat: 'now' },
      {
        ...plan,
        releases: [...plan.releases, major],
      },
    );
    expect(problems).toEqual([
      expect.stringMatching(/^compat would become 1\.0\.0, which no changeset asks for/),
    ]);
  });
});

it.each(['minor', 'major'])('a change that a changeset calls %s is released', (type) => {
  expect(releaseProblems([core], { core: 'then' }, planOf(type))).toEqual([]);
});

it('nothing has to be said of a package that is as it was released, or is not released yet', () => {
  expect(releaseProblems([core], { core: 'now' }, nothing)).toEqual([]);
  expect(releaseProblems([core], {}, nothing)).toEqual([]);
});

it('every package has a version of its own: none is tied to that of another', async () => {
  const config = JSON.parse(readFileSync(join(root, '.changeset', 'config.json'), 'utf8'));
  expect({ fixed: config.fixed, linked: config.linked }).toEqual({ fixed: [], linked: [] });
  const { releases } = await nextRelease();
  const published = publishedPackages().map(({ name }) => name);
  expect(releases.filter(({ name }) => !published.includes(name))).toEqual([]);
});

it('a manifest names the repository of the workflow, and its own place there', () => {
  const environment = { GITHUB_SERVER_URL: 'https://git.example', GITHUB_REPOSITORY: 'some/where' };
  expect(repositoryField(environment, 'packages/core')).toEqual({
    type: 'git',
    url: 'git+https://git.example/some/where.git',
    directory: 'packages/core',
  });
  expect(repositoryField({}, 'packages/core')).toBeUndefined();
});

it('the workflow that publishes runs actions of one commit only, after the tests, and may say where packages come from', () => {
  const folder = join(root, '.github', 'workflows');
  const used = readdirSync(folder).flatMap((name) => {
    const text = readFileSync(join(folder, name), 'utf8');
    return name === 'release.yml' ? [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action) : [];
  });
  expect(used.length).toBeGreaterThan(0);
  for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  const text = readFileSync(join(folder, 'release.yml'), 'utf8');
  expect(text).toMatch(/^ {4}needs: test$/m);
  expect(text).toMatch(/^ {6}id-token: write\b/m);
});
