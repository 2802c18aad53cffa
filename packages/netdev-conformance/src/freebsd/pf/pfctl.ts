import { NotCoveredError } from '../not-covered.js';
import type { PfKernel } from './create-pf.js';
import { flush } from './pfctl-flush.js';
import { killStates } from './pfctl-kill.js';
import { load } from './pfctl-load.js';
import { type PfctlOptions, parsePfctlOptions } from './pfctl-options.js';
import { show } from './pfctl-show.js';
import { runTable } from './pfctl-table.js';

/** How pfctl ended, and what it printed. */
export interface PfctlResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

export type Pfctl = (argv: readonly string[], stdin?: string) => PfctlResult;

export const said = (stdout: string, stderr = ''): PfctlResult => ({ exitCode: 0, stdout, stderr });
export const refused = (stderr: string): PfctlResult => ({ exitCode: 1, stdout: '', stderr });

/** Runs pfctl(8) on what a stack's pf keeps. @throws NotCoveredError */
export function runPfctl(kernel: PfKernel, argv: readonly string[], stdin: string | undefined): PfctlResult {
  const options = parsePfctlOptions(argv);
  const results = steps(kernel, options, stdin, argv);
  if (results.length === 0) throw new NotCoveredError(['pfctl', ...argv], 'nothing to do');
  const failed = results.findIndex(({ exitCode }) => exitCode !== 0);
  const counted = failed === -1 ? results : results.slice(0, failed + 1);
  return {
    exitCode: counted.at(-1)?.exitCode ?? 0,
    stdout: counted.map(({ stdout }) => stdout).join(''),
    stderr: options.quiet ? '' : counted.map(({ stderr }) => stderr).join(''),
  };
}

function steps(
  kernel: PfKernel,
  options: PfctlOptions,
  stdin: string | undefined,
  argv: readonly string[],
): PfctlResult[] {
  const { flush: flushed, shows, kills, table, file, enable } = options;
  return [
    ...(enable ? [switchOn(kernel)] : []),
    ...(flushed === undefined ? [] : [flush(kernel, options.anchor, flushed, argv)]),
    ...(kills.length === 0 ? [] : [killStates(kernel, kills, argv)]),
    ...shows.map((what) => show(kernel, options, what, argv)),
    ...(table === undefined ? [] : [runTable(kernel, options, table, stdin, argv)]),
    ...(file === undefined || table !== undefined ? [] : [load(kernel, options, file, stdin)]),
  ];
}

function switchOn(kernel: PfKernel): PfctlResult {
  if (kernel.enabled) return refused('pfctl: pf already enabled\n');
  kernel.enabled = true;
  return said('', 'pf enabled\n');
}
