import type { MissingLine } from './setup-report.js';

/** A part of pf.conf that a line of ours belongs into. */
export type Section = 'ether' | 'translation' | 'filter';

/** A line by which the main ruleset calls the owner's anchors. One is needed for each kind of rules. */
export interface Reference {
  section: Section;
  line: string;
}

/** The lines that a main ruleset needs for the anchors below `root`. */
export function referencesTo(root: string, { ether }: { ether: boolean }): Reference[] {
  const name = `"${root}/*"`;
  return [
    ...(ether ? [{ section: 'ether', line: `ether anchor ${name}` } as const] : []),
    { section: 'translation', line: `nat-anchor ${name}` },
    { section: 'translation', line: `rdr-anchor ${name}` },
    { section: 'translation', line: `binat-anchor ${name}` },
    { section: 'filter', line: `anchor ${name}` },
  ];
}

const places: Record<Section, string> = {
  ether: 'after the options, before scrub, queue, translation and filter rules',
  translation: 'before the other translation rules (the first that matches counts), after scrub and queue',
  filter:
    'before the first filter rule: what we leave undecided is then up to your rules, of which the last counts',
};

/**
 * Which lines are not among the rules that pfctl shows. A reference with conditions (`on`, `from` …) is none: it would
 * keep packets away. One behind the first filter rule is none either: what we only tag would pass whatever that rule says.
 */
export function missingReferences(needed: readonly Reference[], shown: readonly string[]): MissingLine[] {
  const lines = shown.map((line) => line.trim().replace(/ all$/, ''));
  const firstOwn = lines.findIndex((line) => /^(?:pass|block|match)\b/.test(line));
  const isInPlace = ({ line, section }: Reference): boolean => {
    const place = lines.indexOf(line);
    return place !== -1 && (section !== 'filter' || firstOwn === -1 || place < firstOwn);
  };
  return needed
    .filter((reference) => !isInPlace(reference))
    .map(({ line, section }) => ({ line, place: places[section] }));
}
