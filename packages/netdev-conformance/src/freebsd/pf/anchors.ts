import type { NotHost, Ruleset } from './rules.js';
import { emptyRuleset } from './rules.js';

/** A table as it is at the time. */
export interface PfTable {
  flags: readonly string[];
  members: NotHost[];
}

/** What one anchor holds; the main ruleset is the anchor of the empty name. */
export interface Anchor {
  rules: Ruleset;
  tables: Map<string, PfTable>;
}

/** All anchors by their paths. */
export interface Anchors {
  get(path: string): Anchor | undefined;
  /** Puts what an anchor holds; one that holds nothing is gone. */
  set(path: string, anchor: Anchor): void;
  /** The paths right below one, those included that only lead further down; in the order of the alphabet. */
  below(path: string): string[];
  /** A table as a rule of an anchor finds it: the anchor's own, else that of the main ruleset. */
  table(path: string, name: string): PfTable | undefined;
}

export const emptyAnchor = (): Anchor => ({ rules: emptyRuleset(), tables: new Map() });

export function createAnchors(): Anchors {
  const anchors = new Map<string, Anchor>([['', emptyAnchor()]]);
  return {
    get: (path) => anchors.get(path),
    set(path, anchor) {
      if (path !== '' && isEmpty(anchor)) anchors.delete(path);
      else anchors.set(path, anchor);
    },
    below(path) {
      const prefix = path === '' ? '' : `${path}/`;
      const found = new Set<string>();
      for (const each of anchors.keys()) {
        if (each === '' || !each.startsWith(prefix) || each === path) continue;
        const [next = ''] = each.slice(prefix.length).split('/');
        found.add(`${prefix}${next}`);
      }
      return [...found].sort();
    },
    table: (path, name) => anchors.get(path)?.tables.get(name) ?? anchors.get('')?.tables.get(name),
  };
}

function isEmpty({ rules, tables }: Anchor): boolean {
  const { ether, nat, rdr, binat, filter } = rules;
  return tables.size === 0 && [ether, nat, rdr, binat, filter].every((list) => list.length === 0);
}

/** The anchors that a rule of the anchor at `from` calls by a name: one, or with `/*` all right below it. */
export function calledAnchors(anchors: Anchors, from: string, name: string): string[] {
  const path = name.startsWith('/') ? name.slice(1) : from === '' ? name : `${from}/${name}`;
  return path.endsWith('/*') ? anchors.below(path.slice(0, -2)) : [path];
}
