import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../setup/paths.mjs';
import { run } from '../setup/run.mjs';

/**
 * The part of vitest's JSON report that counts.
 * @typedef {{
 *   numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number,
 *   testResults: { name: string, status: string, message?: string, assertionResults: { status: string }[] }[],
 * }} Report
 */

/**
 * Counts a run. A file that could not be loaded, a test that was skipped, and a run that failed without saying where
 * or ran nothing at all count as failures: a test that did not run has not passed.
 * @param {Report | undefined} report undefined if vitest ended without one
 * @param {number} status vitest's exit status
 * @returns {{ passed: number, failed: number, remarks: string[] }}
 */
export function countTests(report, status) {
  if (report === undefined)
    return { passed: 0, failed: 1, remarks: [`vitest ended with status ${status}, no report`] };
  const broken = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  const skipped = report.numPendingTests + report.numTodoTests;
  const remarks = [
    ...broken.map((file) => `${file.name}: ${file.message || 'failed outside of its tests'}`),
    ...(skipped > 0 ? [`${skipped} tests were skipped`] : []),
  ];
  const failed = report.numFailedTests + broken.length + skipped;
  if (failed > 0) return { passed: report.numPassedTests, failed, remarks };
  if (status !== 0) remarks.push(`vitest ended with status ${status} although no test failed`);
  else if (report.numPassedTests === 0) remarks.push('no test was run');
  return { passed: report.numPassedTests, failed: remarks.length, remarks };
}

/**
 * The script that runs a program where the tests of a project belong, and its options.
 * @type {Readonly<Record<'unit' | 'host' | 'vm', (folder: string) => string[]>>}
 */
const places = {
  unit: () => [],
  host: () => [join(root, 'scripts', 'sandbox.mjs'), process.execPath],
  vm: (folder) => [
    join(root, 'scripts', 'vm.mjs'),
    '--shared',
    folder,
    '--seconds',
    '2400',
    process.execPath,
  ],
};

/**
 * Words for vitest. Unit tests only compute: by itself it leaves a processor free.
 * @type {Readonly<Record<keyof typeof places, readonly string[]>>}
 */
const words = { unit: [`--maxWorkers=${availableParallelism()}`], host: [], vm: [] };

/**
 * How many runs the files of a project are shared out to at once. Host tests wait for the kernel more than they compute, and
 * each run has namespaces of its own.
 */
const runsAtOnce = { unit: 1, host: availableParallelism(), vm: 1 };

/**
 * Runs one project of vitest.config.ts.
 * @param {keyof typeof places} project host tests are run inside the sandbox, vm tests in a virtual machine
 * @returns {Promise<import('./steps.mjs').Outcome>}
 */
export async function runVitest(project) {
  const count = runsAtOnce[project];
  const shares = Array.from({ length: count }, (_, place) => `--shard=${place + 1}/${count}`);
  return sumOf(await Promise.all(shares.map((share) => runShare(project, [...words[project], share]))));
}

/**
 * What several runs come to, with the output of those that failed.
 * @param {readonly import('./steps.mjs').Outcome[]} outcomes
 * @returns {import('./steps.mjs').Outcome}
 */
export function sumOf(outcomes) {
  const shown = outcomes.filter(({ failed }) => failed > 0);
  return {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failed: outcomes.reduce((sum, { failed }) => sum + failed, 0),
    output: shown.map(({ output = '' }) => output).join('\n'),
  };
}

/**
 * @param {keyof typeof places} project
 * @param {readonly string[]} more words for vitest
 * @returns {Promise<import('./steps.mjs').Outcome>}
 */
async function runShare(project, more) {
  const folder = mkdtempSync(join(tmpdir(), 'netdev-vitest-'));
  const file = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const { status, output } = await run(process.execPath, [
      ...places[project](folder),
      vitest,
      'run',
      '--project',
      project,
      ...reporters,
      ...more,
    ]);
    const report = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
    const { passed, failed, remarks } = countTests(report, status);
    return { passed, failed, output: [output.trimEnd(), ...remarks].join('\n') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
