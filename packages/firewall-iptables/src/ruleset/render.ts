import type { Step, TablePlan } from './plan.js';
import type { Counters } from './saved-table.js';

/** The programs of one family. */
export type Dialect = 'iptables' | 'ebtables';

/** The input of iptables-restore(8) or ebtables-restore for a change, to be given with `--noflush`. */
export function renderRestore(plans: readonly TablePlan[], dialect: Dialect): string {
  return plans
    .filter((plan) => plan.steps.length > 0)
    .map((plan) =>
      [`*${plan.table}`, ...plan.steps.map((step) => restoreLine(step, dialect)), 'COMMIT', ''].join('\n'),
    )
    .join('');
}

/** The commands a person would type for a change. */
export function renderShell(plans: readonly TablePlan[], tool: string): string[] {
  return plans.flatMap(({ table, steps }) => steps.map((step) => `${tool} -t ${table} ${shellWords(step)}`));
}

function restoreLine(step: Step, dialect: Dialect): string {
  switch (step.do) {
    case 'declare':
      return dialect === 'iptables' ? `:${step.chain} - [0:0]` : `:${step.chain} RETURN`;
    case 'append':
      return `${counted(step.counters, dialect)}-A ${step.chain} ${step.text}`;
    case 'insert':
      return `${counted(step.counters, dialect)}-I ${step.chain} ${step.position} ${step.text}`;
    case 'delete':
      return `-D ${step.chain} ${step.text}`;
    case 'remove-chain':
      return `-X ${step.chain}`;
  }
}

function shellWords(step: Step): string {
  switch (step.do) {
    case 'declare':
      return `${step.isNew ? '-N' : '-F'} ${step.chain}`;
    case 'append':
      return `-A ${step.chain} ${step.text}`;
    case 'insert':
      return `-I ${step.chain} ${step.position} ${step.text}`;
    case 'delete':
      return `-D ${step.chain} ${step.text}`;
    case 'remove-chain':
      return `-X ${step.chain}`;
  }
}

function counted(counters: Counters | undefined, dialect: Dialect): string {
  if (dialect === 'ebtables') return '';
  return counters === undefined ? '[0:0] ' : `[${counters.packets}:${counters.bytes}] `;
}
