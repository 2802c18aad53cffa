import { expect, test } from 'vitest';
import { buildOrder } from '../setup/build.mjs';
import { withDependencies, workspacePatterns } from '../setup/workspace.mjs';

function packageNamed(name: string, ...needs: string[]) {
  const dependencies = Object.fromEntries(needs.map((need) => [need, 'workspace:^']));
  return { folder: `/w/${name}`, manifest: { name, dependencies } };
}

const core = packageNamed('core');
const exec = packageNamed('exec', 'core', 'execa');
const linux = packageNamed('linux', 'core', 'exec');
const suites = packageNamed('suites', 'core');
const all = [linux, suites, exec, core];

test('folders are read from the workspace file, whatever else it sets', () => {
  const yaml = "packages:\n  - packages/*\n  # why\n  - 'bench'\n\nignoredBuiltDependencies:\n  - esbuild\n";
  expect(workspacePatterns(yaml)).toEqual(['packages/*', 'bench']);
});

test('a package is built after what it builds against', () => {
  expect(buildOrder(all)).toEqual([[core], [suites, exec], [linux]]);
});

test('packages that need each other are an error that names them', () => {
  expect(() => buildOrder([packageNamed('a', 'b'), packageNamed('b', 'a'), core])).toThrow(/circle.*a, b/);
});

test('a package comes with near and far dependencies and nothing else', () => {
  expect(withDependencies(linux, all)).toEqual([linux, exec, core]);
});
