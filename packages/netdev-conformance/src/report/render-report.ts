import type { ConformanceReport, RequirementOutcome } from './conformance-report.js';

const results = ['passed', 'failed', 'refused', 'untested'] as const;

/** Markdown, one line. A cell holds no end of line, and no bar that would end it. */
function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replace(/\s+/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), `|${'---|'.repeat(head.length)}`, ...rows.map(row)].join('\n');
}

const counts = (outcomes: readonly RequirementOutcome[]): number[] =>
  results.map((result) => outcomes.filter((outcome) => outcome.result === result).length);

/**
 * A report as Markdown: how many requirements of each group passed, failed, were refused for want of a capability, and were
 * not tested; and a table of those that did not pass, with the reason.
 */
export function renderReport({ title, requirements }: ConformanceReport): string {
  const [passed, failed, refused, untested] = counts(requirements);
  const groups = [...new Set(requirements.map(({ group }) => group))];
  const parts = [
    `# ${title}`,
    `${passed} passed, ${failed} failed, ${refused} refused as unsupported, ${untested} not tested`,
    table(
      ['group', ...results],
      groups.map((name) => [name, ...counts(requirements.filter(({ group }) => group === name)).map(String)]),
    ),
  ];
  const rest = requirements.flatMap((outcome) =>
    outcome.result === 'passed' ? [] : [[outcome.group, outcome.name, outcome.result, reasonOf(outcome)]],
  );
  if (rest.length > 0) parts.push(table(['group', 'requirement', 'result', 'why'], rest));
  return `${parts.join('\n\n')}\n`;
}

function reasonOf(outcome: RequirementOutcome): string {
  switch (outcome.result) {
    case 'passed':
      return '';
    case 'failed':
      return outcome.error;
    case 'refused':
      return `it lacks ${outcome.lacking}`;
    case 'untested':
      return outcome.because;
  }
}
