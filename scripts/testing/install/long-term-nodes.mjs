import { plainEnvironment } from '../../setup/paths.mjs';
import { run } from '../../setup/run.mjs';

/** The releases that are maintained for long, beside the one that runs this: the npm package `node` brings the program. */
const LONG_TERM = ['node@24', 'node@26'];

/**
 * Where they are, each downloaded once by npm into its cache.
 * @returns {Promise<string[]>}
 */
export function longTermNodes() {
  return Promise.all(LONG_TERM.map(programOf));
}

/** @param {string} release */
async function programOf(release) {
  const { status, output } = await run(
    'npm',
    ['exec', '--yes', '--prefer-offline', `--package=${release}`, '--', 'node', '-p', 'process.execPath'],
    { env: plainEnvironment() },
  );
  const path = output.trim().split('\n').at(-1) ?? '';
  if (status !== 0 || !path.startsWith('/') || path === process.execPath)
    throw new Error(`${release}: ${output}`);
  return path;
}
