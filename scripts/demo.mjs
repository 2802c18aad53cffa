// npm run demo -- ARGS: sees to the Debian packages, the npm packages and the build, then runs the example with ARGS.
import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import { buildStale } from './setup/build.mjs';
import { ensureTools } from './setup/debian.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { programEnvironment, root } from './setup/paths.mjs';
import { exitStatus, runMain, SetupError } from './setup/run.mjs';
import { withDependencies, workspacePackages } from './setup/workspace.mjs';

const example = join(root, 'examples', 'virtual-network');
const args = process.argv.slice(2);

/** These print and touch nothing, so they have to work on any machine. */
const needsNoTools = ['--dry-run', '--help', '-h'].some((flag) => args.includes(flag));

async function build() {
  const packages = workspacePackages();
  const own = packages.find(({ folder }) => folder === example);
  if (own === undefined) throw new SetupError(`There is no package in ${example}`);
  const { status, output } = await buildStale(withDependencies(own, packages), (name) =>
    process.stderr.write(`Building ${name}\n`),
  );
  if (status !== 0) throw new SetupError(output);
}

/**
 * The example takes itself down on a signal, so a signal is handed on and waited for instead of ending us first.
 * A Ctrl-C at a terminal reaches the example by itself.
 */
function runExample() {
  const main = join(example, 'dist', 'main.js');
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit', env: programEnvironment() });
  const fromTerminal = process.stdin.isTTY === true;
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (!(signal === 'SIGINT' && fromTerminal)) child.kill(signal);
    });
  }
  return new Promise((/** @type {(status: number) => void} */ resolve, reject) => {
    child.on('error', (error) => reject(new SetupError(`${basename(main)}: ${error.message}`)));
    child.on('close', (code, signal) => resolve(exitStatus(code, signal)));
  });
}

await runMain(async () => {
  if (!needsNoTools) await ensureTools('demo');
  await ensureInstalled();
  await build();
  return runExample();
});
