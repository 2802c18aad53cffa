import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.mjs';

/**
 * A package of the workspace.
 * @typedef {Record<string, string>} Dependencies
 * @typedef {{
 *   name: string, version?: string, private?: boolean, description?: string, license?: string, type?: string,
 *   keywords?: string[], engines?: { node?: string }, files?: string[], sideEffects?: unknown,
 *   exports?: Record<string, unknown>, publishConfig?: { access?: string, provenance?: boolean }, scripts?: Record<string, string>, dependencies?: Dependencies,
 *   devDependencies?: Dependencies, peerDependencies?: Dependencies, optionalDependencies?: Dependencies,
 * }} Manifest
 * @typedef {{ folder: string, manifest: Manifest }} WorkspacePackage
 */

/**
 * The folder patterns under `packages:` of a pnpm-workspace.yaml, which is read before any YAML library is there.
 * @param {string} yaml
 */
export function workspacePatterns(yaml) {
  const [, list = ''] = /^packages:\n((?:[ \t]+-.*\n|[ \t]*#.*\n)*)/m.exec(`${yaml}\n`) ?? [];
  return [...list.matchAll(/^[ \t]+-[ \t]*['"]?([^'"\s]+)['"]?[ \t]*$/gm)].map(([, pattern = '']) => pattern);
}

/** @param {string} pattern a folder, or a folder and `/*` */
function foldersOf(pattern) {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  if (!existsSync(join(root, parent))) return [];
  return readdirSync(join(root, parent))
    .sort()
    .map((name) => `${parent}/${name}`);
}

/**
 * The packages of the workspace, in the order of their folders.
 * @returns {WorkspacePackage[]}
 */
export function workspacePackages() {
  return workspacePatterns(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8'))
    .flatMap(foldersOf)
    .map((folder) => ({ folder: join(root, folder), file: join(root, folder, 'package.json') }))
    .filter(({ file }) => existsSync(file))
    .map(({ folder, file }) => ({ folder, manifest: JSON.parse(readFileSync(file, 'utf8')) }));
}

/**
 * The packages of the workspace that a package builds against.
 * @param {WorkspacePackage} of
 * @param {readonly WorkspacePackage[]} all
 */
export function workspaceDependencies(of, all) {
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = of.manifest;
  const named = { ...devDependencies, ...optionalDependencies, ...peerDependencies, ...dependencies };
  return all.filter(({ manifest }) => manifest.name in named);
}

/**
 * A package and everything of the workspace that it depends on, near or far.
 * @param {WorkspacePackage} of
 * @param {readonly WorkspacePackage[]} all
 */
export function withDependencies(of, all) {
  const found = new Set([of]);
  for (const one of found) for (const dependency of workspaceDependencies(one, all)) found.add(dependency);
  return [...found];
}
