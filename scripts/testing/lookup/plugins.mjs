/**
 * The plugins of the test, each as the files of a package. What they make says who made it.
 * @typedef {{ manifest: Record<string, unknown>, files: Readonly<Record<string, string>> }} Plugin
 */

const makes = (/** @type {string} */ name) => `async () => ({ name: '${name}' })`;
const registers = (/** @type {string} */ name, contract = 'CONTRACT_VERSION') =>
  `register('firewall', '${name}', { contract: ${contract}, create: ${makes(name)} });\n`;
const esm = "import { CONTRACT_VERSION, register } from 'netdev-core';\n";
const cjs = "const { CONTRACT_VERSION, register } = require('netdev-core');\n";

/**
 * @param {string} index the source of its one module
 * @param {Record<string, unknown>} [more] of its manifest
 * @returns {Plugin}
 */
const plugin = (index, more = {}) => ({
  manifest: {
    version: '1.0.0',
    type: 'module',
    exports: './index.js',
    peerDependencies: { 'netdev-core': '*' },
    ...more,
  },
  files: { 'index.js': index },
});

/** @type {Readonly<Record<string, Plugin>>} */
export const plugins = {
  'esm-firewall': plugin(esm + registers('esm-firewall')),
  'cjs-firewall': plugin(cjs + registers('cjs-firewall'), { type: 'commonjs' }),
  '@acme/firewall': plugin(esm + registers('@acme/firewall')),
  // Has a netdev-core of its own, of another version of the package and the same of the contract.
  'older-firewall': plugin(esm + registers('older-firewall'), {
    peerDependencies: {},
    dependencies: { 'netdev-core': 'older' },
  }),
  // Has one of its own too, of the contract that comes after ours: there is nothing wrong where it registers.
  'newer-firewall': plugin(esm + registers('newer-firewall'), {
    peerDependencies: {},
    dependencies: { 'netdev-core': 'newer' },
  }),
  'other-contract-firewall': plugin(esm + registers('other-contract-firewall', "'2.0'")),
  'throwing-firewall': plugin("throw new TypeError('its configuration is missing');\n"),
  'needy-firewall': plugin(`import 'a-package-that-is-not-there';\n${esm}${registers('needy-firewall')}`),
  'silent-firewall': plugin('export {};\n'),
};

/** A name that nobody registers, and no package has. */
const ABSENT = 'absent-firewall';

/**
 * What becomes of each: who made the driver, or the error's code and what its text says.
 * @type {Readonly<Record<string, { made: string } | { code: string, says: RegExp }>>}
 */
export const expected = {
  'esm-firewall': { made: 'esm-firewall' },
  'cjs-firewall': { made: 'cjs-firewall' },
  '@acme/firewall': { made: '@acme/firewall' },
  'older-firewall': { made: 'older-firewall' },
  'newer-firewall': {
    code: 'PLUGIN_CONTRACT',
    says: /newer-firewall: it was built for contract 2\.0, this netdev-core has 1\.\d+; install a version/,
  },
  'other-contract-firewall': {
    code: 'PLUGIN_CONTRACT',
    says: /other-contract-firewall: it was built for contract 2\.0, this netdev-core has 1\.\d+; install a version/,
  },
  'throwing-firewall': {
    code: 'PLUGIN_LOAD_FAILED',
    says: /throwing-firewall: its configuration is missing; import "throwing-firewall" by itself/,
  },
  'needy-firewall': {
    code: 'PLUGIN_LOAD_FAILED',
    says: /needy-firewall: .*a-package-that-is-not-there/,
  },
  'silent-firewall': {
    code: 'PLUGIN_NOT_FOUND',
    says: /"silent-firewall": the package was imported but registered no firewall plugin of this name; registered: .*; ask for one that is registered, or see/,
  },
  [ABSENT]: {
    code: 'PLUGIN_NOT_FOUND',
    says: /"absent-firewall": no such package beside netdev-core, nor for .*app\.[cm]js; registered: .*; install it \(npm install absent-firewall\)/,
  },
};

/** Tries every name in turn, and prints a line of JSON for each. */
const body = `
const names = ${JSON.stringify(Object.keys(expected))};
for (const name of names) {
  try {
    const driver = await resolve('firewall', name, {}, { from });
    console.log(JSON.stringify({ name, made: driver.name }));
  } catch (error) {
    console.log(JSON.stringify({ name, code: error.code, isOurs: isNetDevError(error), message: error.message }));
  }
}
`;

/**
 * The programs of the application, by file.
 * @type {Readonly<Record<string, string>>}
 */
export const programs = {
  'app.mjs': `import { isNetDevError, resolve } from 'netdev-core';\nconst from = import.meta.url;\n${body}`,
  'app.cjs': `const { isNetDevError, resolve } = require('netdev-core');\nconst from = __filename;\n(async () => {${body}})();\n`,
};
