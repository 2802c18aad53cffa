import type { Reference, Section } from './references.js';

/** What a statement's first word, or its first two, tells about its part of the file. */
const sections: readonly (readonly [pattern: RegExp, section: Section | 'before'])[] = [
  [/^(?:scrub|no\s+scrub|altq|queue)\b/, 'before'],
  [/^ether\b/, 'ether'],
  [/^(?:nat|rdr|binat|nat-anchor|rdr-anchor|binat-anchor)\b/, 'translation'],
  [/^no\s+(?:nat|rdr|binat)\b/, 'translation'],
  [/^(?:pass|block|match|antispoof|anchor)\b/, 'filter'],
];

/** In front of which parts a part has to be. */
const behind: Record<Section, readonly string[]> = {
  ether: ['before', 'ether', 'translation', 'filter'],
  translation: ['translation', 'filter'],
  filter: ['filter'],
};

const order: readonly Section[] = ['ether', 'translation', 'filter'];

/**
 * Puts references into the text of a pf.conf, each part between markers where it has to be. What stood between our
 * markers before is replaced.
 */
export function withReferences(text: string, owner: string, references: readonly Reference[]): string {
  const lines = withoutOurs(text.split('\n'), owner);
  while (lines.at(-1) === '') lines.pop();
  for (const section of order) {
    const own = references.filter((each) => each.section === section).map(({ line }) => line);
    if (own.length === 0) continue;
    const place = placeOf(lines, behind[section]);
    lines.splice(place, 0, begin(owner, section), ...own, end(owner, section));
  }
  return `${lines.join('\n')}\n`;
}

const begin = (owner: string, section: Section): string => `# BEGIN netdev ${owner} ${section}`;
const end = (owner: string, section: Section): string => `# END netdev ${owner} ${section}`;

function withoutOurs(lines: readonly string[], owner: string): string[] {
  const kept: string[] = [];
  let inside: string | undefined;
  for (const line of lines) {
    const starts = order.find((section) => line.trim() === begin(owner, section));
    if (inside === undefined && starts !== undefined) inside = end(owner, starts);
    else if (inside === undefined) kept.push(line);
    else if (line.trim() === inside) inside = undefined;
  }
  return kept;
}

/** The first line that begins a statement of these parts, its comments included; else the end. */
function placeOf(lines: readonly string[], parts: readonly string[]): number {
  let continued = false;
  for (const [index, line] of lines.entries()) {
    const isStart = !continued;
    continued = line.endsWith('\\');
    const section = isStart ? sections.find(([pattern]) => pattern.test(line.trim()))?.[1] : undefined;
    if (section !== undefined && parts.includes(section)) return aboveComments(lines, index);
  }
  return lines.length;
}

function aboveComments(lines: readonly string[], index: number): number {
  let place = index;
  while (place > 0 && /^\s*#(?! (?:BEGIN|END) netdev )/.test(lines[place - 1] ?? '')) place -= 1;
  return place;
}
