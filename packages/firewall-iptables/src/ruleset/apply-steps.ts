import type { Step } from './plan.js';
import type { SavedRule, SavedTable } from './saved-table.js';

/** What a table is after a change: what the kernel makes of the same steps. */
export function applySteps(saved: SavedTable, steps: readonly Step[]): SavedTable {
  const chains = new Map(saved.chains);
  const copied = new Map<string, SavedRule[]>();
  const rulesOf = (chain: string): SavedRule[] => {
    const present = copied.get(chain);
    if (present !== undefined) return present;
    const { policy = 'ACCEPT', rules = [] } = chains.get(chain) ?? {};
    return put(chain, policy, [...rules]);
  };
  const put = (chain: string, policy: string, rules: SavedRule[]): SavedRule[] => {
    copied.set(chain, rules);
    chains.set(chain, { policy, rules });
    return rules;
  };
  for (const step of steps) {
    switch (step.do) {
      case 'make':
      case 'declare':
        put(step.chain, '-', []);
        break;
      case 'append':
        rulesOf(step.chain).push({ text: step.text, counters: step.counters });
        break;
      case 'fill': {
        const rules = rulesOf(step.chain);
        for (const text of step.texts) rules.push({ text, counters: undefined });
        break;
      }
      case 'insert':
        rulesOf(step.chain).splice(step.position - 1, 0, { text: step.text, counters: step.counters });
        break;
      case 'delete': {
        const rules = rulesOf(step.chain);
        const place =
          step.position === undefined ? rules.findIndex(({ text }) => text === step.text) : step.position - 1;
        if (place >= 0) rules.splice(place, 1);
        break;
      }
      case 'remove-chain':
        chains.delete(step.chain);
        copied.delete(step.chain);
        break;
    }
  }
  return { chains };
}
