import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { hashOf } from './hash.mjs';
import { programEnvironment, root, stateFolder } from './paths.mjs';
import { run, SetupError } from './run.mjs';
import { workspacePackages } from './workspace.mjs';

/** The oldest Node that the development tools run on; the packages themselves declare their own, lower one. */
const oldestNode = /** @type {const} */ ([20, 19]);

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return;
  throw new SetupError(
    `Node.js ${oldestNode.join('.')} or newer is needed; here is ${process.versions.node}.`,
  );
}

/** npx and pnpm keep caches in the home folder; an account without one gets a folder in the checkout. */
function pnpmEnvironment() {
  const env = programEnvironment();
  // pnpm would read these as settings of its own; npm sets them for the script that it runs.
  for (const name of Object.keys(env)) if (/^npm_(config|package|lifecycle)_/i.test(name)) delete env[name];
  for (const [name, value] of Object.entries(process.env)) {
    if (/^npm_config_(cache|registry|userconfig|cafile|.*proxy)$/i.test(name)) env[name] = value;
  }
  try {
    accessSync(homedir(), constants.W_OK);
  } catch {
    env.HOME = join(root, '.home');
    env.npm_config_cache = join(env.HOME, 'npm');
    mkdirSync(env.HOME, { recursive: true });
  }
  return env;
}

function pinnedPnpm() {
  return String(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).packageManager);
}

/**
 * Runs pnpm, in the version that package.json pins, through npx.
 * @param {string[]} args
 * @param {{ cwd?: string }} [options]
 */
export function pnpm(args, { cwd = root } = {}) {
  const shell = process.platform === 'win32'; // npx is a .cmd file there
  return run('npx', ['--yes', pinnedPnpm(), ...args], { cwd, env: pnpmEnvironment(), shell });
}

/**
 * Installs what the lockfile says, unless that was done before for the same manifests and lockfile.
 * @throws {SetupError} when pnpm fails
 */
export async function ensureInstalled() {
  requireNode();
  const packages = workspacePackages();
  const settings = ['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', '.npmrc'].map((name) =>
    join(root, name),
  );
  const manifests = packages.map(({ folder }) => join(folder, 'package.json'));
  const hash = hashOf(root, [...settings, ...manifests], [process.platform, process.arch]);
  const stamp = join(stateFolder, 'installed');
  const linked = packages.every(
    ({ folder, manifest }) =>
      Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).length === 0 ||
      existsSync(join(folder, 'node_modules')),
  );
  if (linked && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;

  process.stderr.write(`Installing npm packages with ${pinnedPnpm()}\n`);
  const { status, output } = await pnpm(['install', '--frozen-lockfile']);
  if (status !== 0) throw new SetupError(`${output}\npnpm install failed`);
  mkdirSync(stateFolder, { recursive: true });
  writeFileSync(stamp, hash);
}
