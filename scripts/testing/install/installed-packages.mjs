import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Code for one kind of machine, and what it would be built from. */
const NATIVE = /(?:\.(?:node|so|dylib|dll|a|o|exe)|\.so\.[\d.]+|^binding\.gyp)$/;

/** @param {string} path below node_modules: `node_modules/a/node_modules/@b/c/index.js` @returns {string} `@b/c` */
function packageOf(path) {
  const [, last = ''] = /.*(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? [];
  return last;
}

/**
 * The packages that npm has put into a project, by its own list.
 * @param {string} project
 * @returns {string[]} names, sorted; of several versions the name once
 */
export function installedPackages(project) {
  const list = JSON.parse(readFileSync(join(project, 'node_modules', '.package-lock.json'), 'utf8'));
  return [...new Set(Object.keys(list.packages).map(packageOf))].sort();
}

/**
 * The packages of a project with native code in them, or with the sources and settings to build some.
 * @param {string} project
 * @returns {string[]} names, sorted
 */
export function nativePackages(project) {
  const files = readdirSync(join(project, 'node_modules'), { recursive: true, encoding: 'utf8' })
    .map((path) => `node_modules/${path.split(sep).join('/')}`)
    .filter((path) => NATIVE.test(path.split('/').at(-1) ?? ''));
  return [...new Set(files.map(packageOf))].sort();
}

/**
 * What is in one list of names and not in the other.
 * @param {readonly string[]} found
 * @param {readonly string[]} expected
 * @returns {string[]} one line each
 */
export function differenceOf(found, expected) {
  return [
    ...found.filter((name) => !expected.includes(name)).map((name) => `${name} came along`),
    ...expected.filter((name) => !found.includes(name)).map((name) => `${name} is not there`),
  ];
}
