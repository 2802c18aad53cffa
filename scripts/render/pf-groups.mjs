import { SetupError } from '../setup/run.mjs';

/** @typedef {import('netdev-core').IntentGroup} IntentGroup */
/** @typedef {{ groups: IntentGroup[], owner?: string, version?: 13 | 14 }} Wish */

/** What a text says can be shown to a person: whatever a terminal would obey is escaped. @param {unknown} error */
function sayable(error) {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/[\p{Cc}\p{Cf}]/gu, (character) => JSON.stringify(character).slice(1, -1));
}

/**
 * A list of groups, one group, or an object with a list of them.
 * @param {string} text JSON
 * @returns {Wish} what is in the groups was not looked at
 */
export function parseWish(text) {
  /** @type {any} */
  let given;
  try {
    // An editor may have put a byte order mark in front (RFC 8259, 8.1).
    given = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    throw new SetupError(`this is no JSON: ${sayable(error)}`);
  }
  const isGroup = given?.key !== undefined && given?.intents !== undefined;
  const wish = Array.isArray(given) ? { groups: given } : isGroup ? { groups: [given] } : given;
  if (!Array.isArray(wish?.groups)) throw new SetupError('neither a list of groups nor an object with one');
  if (wish.version !== undefined && wish.version !== 13 && wish.version !== 14)
    throw new SetupError('version is 13 or 14');
  return wish;
}

/**
 * @param {typeof import('firewall-pf')} pf
 * @param {Wish} wish
 * @param {{ byAnchor: boolean }} how
 */
export function renderWish(pf, { groups, owner, version }, { byAnchor }) {
  const options = { owner, version };
  const references = saying('', () => pf.renderReferences(options)).map((line) => `#   ${line}\n`);
  const heading = ['# The main ruleset calls the anchors by these lines:\n', ...references].join('');
  for (const [index, group] of groups.entries())
    saying(`groups[${index}]: `, () => pf.renderAnchors([group], options));
  return saying('', () => {
    if (!byAnchor) return heading + pf.renderPfConf(groups, options);
    const anchors = pf.renderAnchors(groups, options);
    return heading + anchors.map(({ anchor, text }) => `# pfctl -a '${anchor}' -f -\n${text}`).join('');
  });
}

/** @template Result @param {string} where @param {() => Result} work */
function saying(where, work) {
  try {
    return work();
  } catch (error) {
    throw new SetupError(`${where}${sayable(error)}`);
  }
}
