import { fingerprintLabel } from './names.js';
import type { Slice } from './render/slice.js';

/** What an anchor is to hold, ready to be loaded. */
export interface AnchorText {
  /** Its rules by their kinds, without tables. */
  ether: readonly string[];
  translation: readonly string[];
  filter: readonly string[];
  tables: ReadonlyMap<string, readonly string[]>;
  /** The label that tells this text from others. The contents of tables are not part of it: they change by themselves. */
  fingerprint: string;
}

/** Where a rule stands that only bears the labels of an anchor that filters nothing. It matches no packet. */
const BEARER = 'block drop in on lo0 inet from 255.255.255.255 to 255.255.255.255';

/** Gives the rules of an anchor their labels: the group's, and on the first of them the fingerprint of all. */
export function labelled(slice: Slice, owner: string, label: string): AnchorText {
  const { ether, translation, filter, tables } = slice;
  const text = [...tables.keys(), ...ether, ...translation, ...filter].join('\n');
  const fingerprint = fingerprintLabel(owner, text);
  // An anchor's call has no labels.
  const bearer = filter.findIndex((rule) => !rule.startsWith('anchor '));
  const rules = filter.map((rule, index) =>
    rule.startsWith('anchor ')
      ? rule
      : `${rule} label "${label}"${index === bearer ? ` label "${fingerprint}"` : ''}`,
  );
  return {
    ether,
    translation,
    filter: bearer === -1 ? [...rules, `${BEARER} label "${label}" label "${fingerprint}"`] : rules,
    tables,
    fingerprint,
  };
}

/** The definitions of an anchor's tables. */
export function tableLines({ tables }: Pick<AnchorText, 'tables'>): string[] {
  return [...tables].map(([name, addresses]) =>
    addresses.length === 0 ? `table <${name}> { }` : `table <${name}> { ${addresses.join(', ')} }`,
  );
}

/** The text as pfctl takes it: tables before the rules that name them, then in pf's order. */
export function textOf(text: AnchorText): string {
  return [...tableLines(text), ...rulesOf(text)].map((line) => `${line}\n`).join('');
}

/** The rules of a text, one line each. */
export function rulesOf({
  ether,
  translation,
  filter,
}: Pick<AnchorText, 'ether' | 'translation' | 'filter'>): string[] {
  return [...ether, ...translation, ...filter];
}
