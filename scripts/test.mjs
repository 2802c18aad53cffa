// npm test [-- STEP ...]: does its own set-up, runs every step (or those named), and closes on `N passed, N failed`.
import { join } from 'node:path';
import { checkSite } from './docs/build-site.mjs';
import { buildStale } from './setup/build.mjs';
import { ensureTools } from './setup/debian.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { programEnvironment, root } from './setup/paths.mjs';
import { run, runMain, SetupError } from './setup/run.mjs';
import { workspacePackages } from './setup/workspace.mjs';
import { checkInstall } from './testing/install/check-install.mjs';
import { checkLookup } from './testing/lookup/check-lookup.mjs';
import { checkManifests } from './testing/manifests.mjs';
import { differences, dumpNetwork } from './testing/network.mjs';
import { checkTarballs } from './testing/packages.mjs';
import { checkPageTypes } from './testing/page-types.mjs';
import { checkPluginExample } from './testing/plugin-example.mjs';
import { checkPluginPage } from './testing/plugin-page.mjs';
import { oneCheck, runSteps } from './testing/steps.mjs';
import { runVitest } from './testing/vitest.mjs';
import { guestFiles } from './testing/vm/guest-files.mjs';

const bin = join(root, 'node_modules', '.bin');

/** @param {string} tool @param {string[]} args */
async function check(tool, ...args) {
  return oneCheck(await run(join(bin, tool), args, { env: { ...programEnvironment([bin]), NO_COLOR: '1' } }));
}

/** @type {import('./testing/network.mjs').NetworkDump} */
let before = {};

/**
 * What is asked of packages, pages and their texts, mostly of one program after the other.
 * @type {import('./testing/steps.mjs').Step[]}
 */
const ofPackages = [
  { name: 'manifests', about: 'what each package says of itself', run: async () => checkManifests() },
  { name: 'api', about: 'the reports of what users see (npm run api)', run: compareApiReports },
  { name: 'release', about: 'what changed for users is told to them (changesets)', run: compareRelease },
  { name: 'tarballs', about: 'publint and are-the-types-wrong on each', run: checkTarballs },
  { name: 'lookup', about: 'plugins as npm, pnpm and yarn install them', run: checkLookup },
  { name: 'install', about: 'each package by itself, used on three versions of Node', run: checkInstall },
  { name: 'plugin', about: 'examples/firewall-plugin, and the demo with it', run: checkPluginExample },
  { name: 'page', about: 'what docs/writing-a-plugin.md says, done', run: checkPluginPage },
  { name: 'guides', about: 'the code that guides and READMEs show has types that fit', run: checkPageTypes },
  { name: 'docs', about: 'the site: built, its links followed, looked at', run: () => checkSite() },
  { name: 'unused', about: 'files, exports, dependencies (knip)', run: () => check('knip', '--no-progress') },
];

/** @type {import('./testing/steps.mjs').Step[]} */
const steps = [
  { name: 'build', about: 'every package', run: async () => oneCheck(await buildStale(workspacePackages())) },
  {
    name: 'types',
    about: 'sources, tests, examples, scripts',
    run: () => check('tsc', '-p', 'tsconfig.json'),
    together: true,
  },
  {
    name: 'lint',
    about: 'format and rules',
    run: () => check('biome', 'check', '--error-on-warnings', '.'),
    together: true,
  },
  { name: 'unit', about: 'tests without a kernel', run: () => runVitest('unit') },
  {
    name: 'vm',
    about: "tests on Debian's kernel, in a virtual machine",
    run: () => runVitest('vm'),
    // An emulated processor, so one of ours; and the longest that is only one, so it begins before what shares itself out.
    beside: true,
  },
  { name: 'host', about: 'tests on this kernel, in private namespaces', run: () => runVitest('host') },
  ...ofPackages.map((step) => ({ ...step, together: /** @type {const} */ (true) })),
  { name: 'network', about: "the machine's own is as it was before", run: compareNetwork, last: true },
];

const needsMachine = ['host', 'vm'];
const needsTools = ['host', 'vm', 'plugin', 'page', 'docs', 'network'];

async function compareNetwork() {
  const output = differences(before, await dumpNetwork()).join('\n');
  return oneCheck({ status: output === '' ? 0 : 1, output });
}

/** Needs TypeScript, which is there only when everything is installed. */
async function compareApiReports() {
  const { checkApiReports } = await import('./testing/api-reports.mjs');
  return checkApiReports();
}

/** Needs changesets, which is there only when everything is installed. */
async function compareRelease() {
  const { checkRelease } = await import('./release/check-release.mjs');
  return checkRelease();
}

/** @param {string[]} names */
function chosenSteps(names) {
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown === undefined)
    return names.length === 0 ? steps : steps.filter((step) => names.includes(step.name));
  throw new SetupError(
    `No step is named ${unknown}. There are: ${steps.map((step) => step.name).join(', ')}`,
  );
}

/** @param {{ passed: number, failed: number }} sum */
function close({ passed, failed }) {
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed > 0 ? 1 : 0;
}

await runMain(async () => {
  const chosen = chosenSteps(process.argv.slice(2));
  try {
    if (chosen.some((step) => needsTools.includes(step.name))) await ensureTools('test');
    if (chosen.some((step) => needsMachine.includes(step.name))) await guestFiles();
    await ensureInstalled();
    if (chosen.some((step) => step.name === 'network')) before = await dumpNetwork();
  } catch (error) {
    process.stderr.write(`${error instanceof SetupError ? error.message : error}\n`);
    return close({ passed: 0, failed: 1 });
  }
  return close(await runSteps(chosen, (text) => process.stdout.write(text)));
});
