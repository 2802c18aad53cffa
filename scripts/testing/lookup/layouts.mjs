import { pnpm } from '../../setup/install.mjs';
import { plainEnvironment } from '../../setup/paths.mjs';
import { run } from '../../setup/run.mjs';

/**
 * A way to install packages: the settings that it needs, and how a program of the application is started.
 * @typedef {{
 *   name: string,
 *   files?: Readonly<Record<string, string>>,
 *   install: (cwd: string) => Promise<{ status: number, output: string }>,
 *   start: (cwd: string, program: string) => Promise<{ status: number, output: string }>,
 * }} Layout
 */

/** @param {string[]} words */
const npx =
  (...words) =>
  (/** @type {string} */ cwd) =>
    run('npx', ['--yes', ...words], { cwd, env: plainEnvironment() });

/** @param {string} cwd @param {string} program */
const node = (cwd, program) => run(process.execPath, [program], { cwd });

const yarnBerry = '@yarnpkg/cli-dist@4.9.2';
const yarnSettings = (/** @type {string} */ nodeLinker) =>
  [
    'enableTelemetry: false',
    'enableImmutableInstalls: false',
    'enableScripts: false',
    `nodeLinker: ${nodeLinker}`,
    '',
  ].join('\n');

/** @type {readonly Layout[]} */
export const layouts = [
  {
    name: 'npm',
    install: (cwd) =>
      run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], {
        cwd,
        env: plainEnvironment(),
      }),
    start: node,
  },
  {
    name: 'pnpm',
    install: (cwd) =>
      pnpm(['install', '--ignore-scripts', '--prefer-offline', '--no-frozen-lockfile'], { cwd }),
    start: node,
  },
  {
    name: 'yarn, node_modules',
    files: { '.yarnrc.yml': yarnSettings('node-modules'), 'yarn.lock': '' },
    install: npx(yarnBerry, 'install'),
    start: node,
  },
  {
    name: "yarn, Plug'n'Play",
    files: { '.yarnrc.yml': yarnSettings('pnp'), 'yarn.lock': '' },
    install: npx(yarnBerry, 'install'),
    start: (cwd, program) => npx(yarnBerry, 'node', program)(cwd),
  },
];
