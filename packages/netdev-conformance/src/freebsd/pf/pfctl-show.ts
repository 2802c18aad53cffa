import { NotCoveredError } from '../not-covered.js';
import { emptyAnchor } from './anchors.js';
import type { PfKernel } from './create-pf.js';
import { type PfctlResult, said } from './pfctl.js';
import type { PfctlOptions } from './pfctl-options.js';
import type {
  AnchorRule,
  EtherAnchorRule,
  EtherRule,
  FilterRule,
  RuleCounters,
  TranslationRule,
} from './rules.js';
import { showAll } from './show-rule.js';
import { showState } from './states.js';

/** `-s`: what an anchor holds, normalised; with `-v` with counters. */
export function show(
  kernel: PfKernel,
  { anchor: path, verbose }: PfctlOptions,
  what: string,
  argv: readonly string[],
): PfctlResult {
  if (path.endsWith('*')) throw new NotCoveredError(['pfctl', ...argv], 'what it prints of several anchors');
  const { rules, tables } = kernel.anchors.get(path) ?? emptyAnchor();
  switch (what) {
    case 'rules':
      return lines(shownRules(rules.filter, verbose));
    case 'nat':
      return lines(shownRules([...rules.nat, ...rules.rdr, ...rules.binat], verbose));
    case 'ether':
      if (kernel.version < 14) break;
      return lines(shownRules(rules.ether, verbose));
    case 'Tables':
      return lines([...tables.keys()].sort());
    case 'states':
      return lines(kernel.states.map(showState));
    case 'Anchors':
      return lines(
        (verbose ? allBelow(kernel, path) : kernel.anchors.below(path)).map((each) => `  ${each}`),
      );
    case 'labels':
      return lines(rules.filter.flatMap((rule) => (rule.kind === 'filter' ? labelLine(rule) : [])));
    case 'Running':
      return {
        exitCode: kernel.enabled ? 0 : 1,
        stdout: `${kernel.enabled ? 'Enabled' : 'Disabled'}\n`,
        stderr: '',
      };
    case 'info':
      return said(`Status: ${kernel.enabled ? 'Enabled' : 'Disabled'} for 0 days 00:00:00\n`);
  }
  throw new NotCoveredError(['pfctl', ...argv], `-s ${what}`);
}

function lines(texts: readonly string[]): PfctlResult {
  return said(texts.map((text) => `${text}\n`).join(''));
}

function allBelow(kernel: PfKernel, path: string): string[] {
  return kernel.anchors.below(path).flatMap((each) => [each, ...allBelow(kernel, each)]);
}

type AnyRule = FilterRule | AnchorRule | TranslationRule | EtherRule | EtherAnchorRule;

function shownRules(rules: readonly AnyRule[], verbose: boolean): string[] {
  return rules.flatMap((rule) => [
    ...showAll([rule]),
    ...(verbose && 'counters' in rule ? counterLines(rule.counters) : []),
  ]);
}

function counterLines({
  evaluations,
  packetsIn,
  packetsOut,
  bytesIn,
  bytesOut,
  states,
}: RuleCounters): string[] {
  const [packets, bytes] = [packetsIn + packetsOut, bytesIn + bytesOut];
  const counts = [
    `Evaluations: ${String(evaluations).padEnd(8)}`,
    `Packets: ${String(packets).padEnd(8)}`,
    `Bytes: ${String(bytes).padEnd(10)}`,
    `States: ${String(states).padEnd(6)}`,
  ];
  return [`  [ ${counts.join('  ')}]`, '  [ Inserted: uid 0 pid 1 State Creations: 0     ]'];
}

function labelLine({ labels, counters }: FilterRule): string[] {
  if (labels.length === 0) return [];
  const { evaluations, packetsIn, packetsOut, bytesIn, bytesOut, states } = counters;
  const numbers = [
    evaluations,
    packetsIn + packetsOut,
    bytesIn + bytesOut,
    packetsIn,
    bytesIn,
    packetsOut,
    bytesOut,
    states,
  ];
  return [[...labels, ...numbers].join(' ')];
}
