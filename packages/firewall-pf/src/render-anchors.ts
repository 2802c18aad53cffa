import { createGuestPorts, type IntentGroup, parseIntentGroup } from 'netdev-core';
import { type AnchorText, textOf } from './anchor-text.js';
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
  /** The same by the parts of pf.conf that it belongs to. */
  parts: {
    tables: string[];
    ether: readonly string[];
    translation: readonly string[];
    filter: readonly string[];
  };
}

/**
 * The anchors that groups become when they are put in this order, without a host: what `apply` loads.
 *
 * @throws InvalidArgumentError naming the field; UnsupportedError naming the intent
 */
export function renderAnchors(
  groups: readonly IntentGroup[],
  { owner: given = 'netdev', version = 14 }: RenderOptions = {},
): { anchors: RenderedAnchor[]; references: string[] } {
  const owner = parseOwner(given);
  const ether = version >= 14;
  const ports = createGuestPorts();
  const parsed = new Map<string, IntentGroup>();
  for (const each of groups) {
    const group = parseIntentGroup(each);
    checkSupport(group, { ether });
    ports.put(group);
    parsed.set(group.key, group);
  }
  const membersOf = membersIn(parsed.values());
  const anchors = [...parsed.values()].flatMap((group, place) => [
    ...anchorsOf(group, place, { owner, membersOf }),
  ]);
  return {
    anchors: anchors
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([anchor, text]) => ({ anchor, text: textOf(text), parts: partsOf(text) })),
    references: referencesTo(rootAnchor(owner), { ether }).map(({ line }) => line),
  };
}

function partsOf(text: AnchorText): RenderedAnchor['parts'] {
  const tables = textOf({ ...text, ether: [], translation: [], filter: [] })
    .split('\n')
    .slice(0, -1);
  return { tables, ether: text.ether, translation: text.translation, filter: text.filter };
}
