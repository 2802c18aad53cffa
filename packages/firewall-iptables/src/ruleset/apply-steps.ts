import type { Step } from './plan.js';
import type { SavedRule, SavedTable } from './saved-table.js';

/** What a table is after a change: what the kernel makes of the same steps. */
export function applySteps(saved: SavedTable, steps: readonly Step[]): SavedTable {
  const chains = new Map(
    [...saved.chains].map(([name, { policy, rules }]) => [name, { policy, rules: [...rules] }]),
  );
  const rulesOf = (chain: string): SavedRule[] => {
    const present = chains.get(chain) ?? { policy: 'ACCEPT', rules: [] };
    chains.set(chain, present);
    return present.rules;
  };
  for (const step of steps) {
    switch (step.do) {
      case 'declare':
        chains.set(step.chain, { policy: '-', rules: [] });
        break;
      case 'append':
        rulesOf(step.chain).push({ text: step.text, counters: step.counters });
        break;
      case 'insert':
        rulesOf(step.chain).splice(step.position - 1, 0, { text: step.text, counters: step.counters });
        break;
      case 'delete': {
        const rules = rulesOf(step.chain);
        rules.splice(
          rules.findIndex(({ text }) => text === step.text),
          1,
        );
        break;
      }
      case 'remove-chain':
        chains.delete(step.chain);
        break;
    }
  }
  return { chains };
}
