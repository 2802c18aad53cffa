import type { OperationOptions } from 'netdev-core';
import type { AnchorText } from './anchor-text.js';
import type { Pfctl } from './pfctl.js';

/** Reads what is below the owner's anchor. An anchor that we loaded is told by the label on its first rule. */
export async function readAnchors(
  pfctl: Pfctl,
  { root, owner, ether }: { root: string; owner: string; ether: boolean },
  options?: OperationOptions,
): Promise<Map<string, AnchorText>> {
  const found = new Map<string, AnchorText>();
  for (const path of await pfctl.anchors(options)) {
    if (!path.startsWith(`${root}/`)) continue;
    const filter = await pfctl.show(path, 'filter', options);
    const translation = await pfctl.show(path, 'translation', options);
    const frames = ether ? await pfctl.show(path, 'ether', options) : [];
    const tables = new Map<string, readonly string[]>();
    for (const table of await pfctl.tables(path, options))
      tables.set(table, await pfctl.addresses(path, table, options));
    if (filter.length + translation.length + frames.length + tables.size === 0) continue;
    found.set(path, {
      ether: frames,
      translation,
      filter,
      tables,
      fingerprint: fingerprintIn(filter, owner),
    });
  }
  return found;
}

function fingerprintIn(filter: readonly string[], owner: string): string {
  const label = new RegExp(`label "(${owner}:#[A-Za-z0-9_-]+)"`);
  for (const rule of filter) {
    const [, found] = label.exec(rule) ?? [];
    if (found !== undefined) return found;
  }
  return '';
}

/** Whether an anchor is as it was loaded: nobody took rules out of it or put some in. */
export function isAsLoaded(found: AnchorText, wanted: AnchorText): boolean {
  return (
    found.fingerprint === wanted.fingerprint &&
    (['ether', 'translation', 'filter'] as const).every((kind) => found[kind].length === wanted[kind].length)
  );
}
