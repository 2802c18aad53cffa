import { expect, test } from 'vitest';
import { manifestProblems } from '../testing/manifests.mjs';

const names = ['netdev-core', 'netdev-exec', 'netdev-linux'];
const good = {
  name: 'netdev-exec',
  version: '0.1.0',
  description: 'Runs a command as the drivers need it.',
  keywords: ['network'],
  license: 'Apache-2.0',
  type: 'module',
  engines: { node: '>=20.5' },
  sideEffects: false,
  files: ['dist', 'README.md', 'CHANGELOG.md', 'LICENSE'],
  publishConfig: { access: 'public', provenance: true },
  exports: { '.': { import: {}, require: {} } },
  dependencies: { 'netdev-core': 'workspace:^', execa: '^9.6.1' },
};

test('a whole manifest has no problems', () => {
  expect(manifestProblems(good, 'netdev-exec', names)).toEqual([]);
});

test.each([
  ['another folder', good, 'exec', /folder is exec/],
  ['no licence', { ...good, license: 'MIT' }, 'netdev-exec', /Apache-2.0/],
  ['no provenance', { ...good, publishConfig: { access: 'public' } }, 'netdev-exec', /provenance/],
  ['ESM only', { ...good, exports: { '.': { import: {} } } }, 'netdev-exec', /require/],
  ['a fixed range', { ...good, dependencies: { 'netdev-core': '^0.1.0' } }, 'netdev-exec', /workspace:\^/],
  [
    'an upward arrow',
    { ...good, dependencies: { 'netdev-linux': 'workspace:^' } },
    'netdev-exec',
    /netdev-linux/,
  ],
])('%s is a problem', (_, manifest, folder, problem) => {
  expect(manifestProblems(manifest, folder, names)).toEqual([expect.stringMatching(problem)]);
});
