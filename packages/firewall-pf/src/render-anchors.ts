import { createIntentGroups, type IntentGroup } from 'netdev-core';
import { type AnchorText, tableLines, textOf } from './anchor-text.js';
import { membersIn } from './members.js';
import { parseOwner, rootAnchor } from './names.js';
import { checkSupport } from './render/check-support.js';
import { referencesTo } from './setup/references.js';
import { anchorsOf } from './wanted.js';

export interface RenderOptions {
  /** Left out: `netdev`. */
  owner?: string | undefined;
  /** The major release of FreeBSD. Left out: 14. */
  version?: 13 | 14 | undefined;
}

/** One anchor as `pfctl -a ANCHOR -f -` gets it. */
export interface RenderedAnchor {
  anchor: string;
  text: string;
}

interface Rendered {
  anchors: (readonly [anchor: string, text: AnchorText])[];
}

/**
 * The anchors that groups become when they are put in this order, without a host: what `apply` loads.
 *
 * @throws InvalidArgumentError naming the field; UnsupportedError naming the intent
 */
export function renderAnchors(groups: readonly IntentGroup[], options: RenderOptions = {}): RenderedAnchor[] {
  return render(groups, options).anchors.map(([anchor, text]) => ({ anchor, text: textOf(text) }));
}

/** The lines of the main ruleset that call an owner's anchors. @throws InvalidArgumentError naming `owner` */
export function renderReferences({ owner = 'netdev', version = 14 }: RenderOptions = {}): string[] {
  return referencesTo(rootAnchor(parseOwner(owner)), { ether: version >= 14 }).map(({ line }) => line);
}

/**
 * All of {@link renderAnchors} as one text in pf's order, with the anchor of each part in a comment: not to be loaded, but
 * to be looked at, and for `pfctl -n -f` to check.
 *
 * @throws InvalidArgumentError naming the field; UnsupportedError naming the intent
 */
export function renderPfConf(groups: readonly IntentGroup[], options: RenderOptions = {}): string {
  const { anchors } = render(groups, options);
  const seen = new Set<string>();
  const parts: readonly [name: string, linesOf: (text: AnchorText) => readonly string[]][] = [
    // A table of one name holds the same in every anchor.
    ['tables', (text) => tableLines(text).filter((line) => !seen.has(line) && seen.add(line))],
    ['ether', ({ ether }) => ether],
    ['translation', ({ translation }) => translation],
    ['filter', ({ filter }) => filter],
  ];
  const lines = parts.flatMap(([name, linesOf]) =>
    anchors.flatMap(([anchor, text]) => {
      const own = linesOf(text);
      return own.length === 0 ? [] : [`# ${anchor}: ${name}`, ...own];
    }),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function render(
  groups: readonly IntentGroup[],
  { owner: given = 'netdev', version = 14 }: RenderOptions,
): Rendered {
  const owner = parseOwner(given);
  const ether = version >= 14;
  const { byKey, put } = createIntentGroups();
  for (const each of groups)
    put(each, (group) => {
      checkSupport(group, { ether });
      return group;
    });
  const membersOf = membersIn(byKey.values());
  const anchors = [...byKey.values()].flatMap((group, place) => [
    ...anchorsOf(group, place, { owner, membersOf }),
  ]);
  return { anchors: anchors.sort(([one], [other]) => (one < other ? -1 : 1)) };
}
