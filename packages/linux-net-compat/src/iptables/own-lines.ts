import type { FaultMode } from '../faults.js';
import type { IptablesTable } from './iptables-table.js';

/** The chains that every owner of wrapped chains has: by them other owners are told. */
const EVERY_OWNERS_CHAINS = [
  'INPUT',
  'OUTPUT',
  'FORWARD',
  'PREROUTING',
  'POSTROUTING',
  'local',
  'float-snat',
  'snat',
];

/** Whether a line of a saved table is ours, of this run or an earlier one. */
export function isOwnLine(
  line: string,
  lines: readonly string[],
  table: IptablesTable,
  { binaryName, faults }: { binaryName: string; faults: FaultMode },
): boolean {
  if (faults === 'keep') return line.includes(binaryName);
  return chainsNamedBy(line).some((chain) => isOwnChain(chain, lines, table, binaryName));
}

/** The chain that a line declares, or the one that its rule is in and the one that it goes to. */
function chainsNamedBy(line: string): string[] {
  if (line.startsWith(':')) return [line.slice(1).split(' ')[0] ?? ''];
  const rule = /^(?:\[\d+:\d+\] )?-A (\S+)(.*)$/.exec(line.trimEnd());
  if (rule === null) return [];
  const [, chain = '', text = ''] = rule;
  // A comment may hold anything, also what looks like a target.
  const target = /(?:^| )(?:-j|-g|--jump|--goto) (\S+)/.exec(text.replace(/"(?:[^"\\]|\\.)*"/g, '""'))?.[1];
  return target === undefined ? [chain] : [chain, target];
}

function isOwnChain(
  chain: string,
  lines: readonly string[],
  table: IptablesTable,
  binaryName: string,
): boolean {
  if (!chain.startsWith(`${binaryName}-`)) return false;
  if (table.chains.has(chain.slice(binaryName.length + 1))) return true;
  return !otherOwners(lines, binaryName).some((owner) => chain.startsWith(`${owner}-`));
}

/** Owners whose names begin with ours and a dash: `nova-api` when we are `nova`. */
function otherOwners(lines: readonly string[], binaryName: string): string[] {
  const declared = lines
    .filter((line) => line.startsWith(':'))
    .map((line) => line.slice(1).split(' ')[0] ?? '');
  return declared.flatMap((chain) => {
    const suffix = EVERY_OWNERS_CHAINS.find((known) => chain.endsWith(`-${known}`));
    if (suffix === undefined) return [];
    const owner = chain.slice(0, -suffix.length - 1);
    return owner.startsWith(`${binaryName}-`) ? [owner] : [];
  });
}
