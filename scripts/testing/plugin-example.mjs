import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';
import { inOutsideProject } from './outside-project.mjs';
import { oneCheck } from './steps.mjs';
import { countTests, sumOf } from './vitest.mjs';

const example = join(root, 'examples', 'firewall-plugin');
const demo = join(root, 'examples', 'virtual-network', 'dist', 'main.js');

/**
 * Builds the example of a plugin as its author would, from packed packages and outside of this workspace; runs its tests
 * in the sandbox; and lets the demo use it as an operator would, by one word, with all of the demo's checks.
 * @returns {Promise<import('./steps.mjs').Outcome>}
 */
export function checkPluginExample() {
  return inOutsideProject({ copyOf: example }, async (folder) => {
    const built = oneCheck(await run(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd: folder }));
    if (built.failed > 0) return built;
    return sumOf([built, ...(await Promise.all([runSuite(folder), runDemoWith(folder)]))]);
  });
}

/** @param {string} folder */
async function runSuite(folder) {
  const file = join(folder, 'report.json');
  const { status, output } = await run(
    process.execPath,
    [
      ...[join(root, 'scripts', 'sandbox.mjs'), process.execPath, 'node_modules/vitest/vitest.mjs', 'run'],
      ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    ],
    { cwd: folder },
  );
  const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  const { passed, failed, remarks } = countTests(report, status);
  return { passed, failed, output: [output.trimEnd(), ...remarks].join('\n') };
}

/** @param {string} plugin the folder in which it was built */
async function runDemoWith(plugin) {
  const operator = mkdtempSync(join(tmpdir(), 'netdev-operator-'));
  try {
    // As an installation leaves it: the demo finds it in the folder that it is started in.
    mkdirSync(join(operator, 'node_modules'));
    symlinkSync(plugin, join(operator, 'node_modules', 'firewall-nftables'));
    const words = ['--json', '--svg', join(operator, 'network.svg'), '--firewall', 'firewall-nftables'];
    const { status, output } = await run(process.execPath, [demo, ...words], { cwd: operator });
    const usesIt = output.includes('NAT by firewall-nftables');
    return oneCheck({ status: usesIt ? status : 1, output: `the demo with firewall-nftables:\n${output}` });
  } finally {
    rmSync(operator, { recursive: true, force: true });
  }
}
