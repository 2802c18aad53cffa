import { isBuiltin } from './builtin-chains.js';
import { type SavedTable, targetOf } from './saved-table.js';

/** The chains that every owner's rules are entered by: see `intents/rendered-rule.ts` and `iptables/manager.ts`. */
const entryNames: readonly string[] = [
  ...[
    'guests',
    'guests-in',
    'input',
    'forward',
    'outbound',
    'translated',
    'prerouting',
    'output',
    'postrouting',
  ],
  ...['frames-in', 'frames-fwd', 'frames-out'],
  ...['INPUT', 'FORWARD', 'OUTPUT', 'PREROUTING', 'POSTROUTING'],
  ...['local', 'snat', 'float-snat', 'filter-top', 'post-bottom'],
];
const entries = new Set(entryNames);
const entryOfOther = new RegExp(`^(.+)-(?:${entryNames.join('|')})$`);

/**
 * Tells an owner's own chains from everybody else's: by their prefix, also those that an earlier run
 * left. Where another owner's mark begins with this one's (`vm` and `vm-2`), the other is known by
 * an entry chain of its own that a built-in chain jumps to, and its chains are its own.
 */
export function ownChainsOf(saved: SavedTable, owner: string): (chain: string) => boolean {
  const prefix = `${owner}-`;
  const others = new Set<string>();
  for (const [chain, { rules }] of saved.chains) {
    if (!isBuiltin(chain)) continue;
    for (const { text } of rules) {
      const target = targetOf(text);
      if (target === undefined || !target.startsWith(prefix)) continue;
      if (entries.has(target.slice(prefix.length))) continue;
      const other = entryOfOther.exec(target)?.[1];
      if (other !== undefined) others.add(`${other}-`);
    }
  }
  return (chain) =>
    chain.startsWith(prefix) &&
    (entries.has(chain.slice(prefix.length)) || ![...others].some((other) => chain.startsWith(other)));
}
