import { type SavedTable, targetOf } from './saved-table.js';
import type { WantedTable } from './wanted-table.js';

/** What a table held of ours before a change: planning for it puts that back. */
export function restorePoint(saved: SavedTable, { table, isOwn, front }: WantedTable): WantedTable {
  const isOurs = (chain: string, text: string): boolean => {
    const target = targetOf(text);
    return (target !== undefined && isOwn(target)) || (front.get(chain)?.includes(text) ?? false);
  };
  const chains = new Map<string, readonly string[]>();
  const before = new Map<string, readonly string[]>();
  for (const [chain, { rules }] of saved.chains) {
    const texts = rules.map(({ text }) => text);
    if (isOwn(chain)) chains.set(chain, texts);
    else
      before.set(
        chain,
        texts.filter((text) => isOurs(chain, text)),
      );
  }
  const added = [...front].flatMap(([chain, texts]) =>
    texts.filter((text) => !before.get(chain)?.includes(text)).map((text) => ({ chain, text })),
  );
  return { table, chains, front: before, removals: added, isOwn };
}
