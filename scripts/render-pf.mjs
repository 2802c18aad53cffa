// pnpm render:pf FILE [--anchors]: prints the pf rules that the groups of intents in FILE become.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildFolder } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { root } from './setup/paths.mjs';
import { runMain, SetupError } from './setup/run.mjs';

const own = join(root, 'packages', 'firewall-pf');
const usage = 'usage: pnpm render:pf FILE [--anchors] (FILE: see packages/firewall-pf/README.md)';

/** @typedef {import('firewall-pf').RenderedAnchor} RenderedAnchor */

/** @typedef {import('netdev-core').IntentGroup} IntentGroup */

/**
 * A list of groups, one group, or an object with a list of them.
 * @param {string} file
 * @returns {{ groups: IntentGroup[], owner?: string, version?: 13 | 14 }}
 */
function readGroups(file) {
  /** @type {any} */
  let given;
  try {
    given = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SetupError(`${file}: ${error instanceof Error ? error.message : error}`);
  }
  const isGroup = given?.key !== undefined && given?.intents !== undefined;
  const wish = Array.isArray(given) ? { groups: given } : isGroup ? { groups: [given] } : given;
  if (!Array.isArray(wish?.groups))
    throw new SetupError(`${file}: neither a list of groups nor an object with one`);
  if (wish.version !== undefined && wish.version !== 13 && wish.version !== 14)
    throw new SetupError(`${file}: version is 13 or 14`);
  return wish;
}

/** What goes into one file of pf.conf: tables first, then in the order that pf wants. @param {RenderedAnchor[]} anchors */
function asOneText(anchors) {
  const kinds = /** @type {const} */ (['tables', 'ether', 'translation', 'filter']);
  const seen = new Set();
  return kinds.flatMap((kind) =>
    anchors.flatMap(({ anchor, parts }) => {
      // A table of one name holds the same in every anchor.
      const lines = parts[kind].filter((line) => kind !== 'tables' || (!seen.has(line) && seen.add(line)));
      return lines.length === 0 ? [] : [`# ${anchor}: ${kind}`, ...lines];
    }),
  );
}

/** @param {RenderedAnchor[]} anchors */
function byAnchor(anchors) {
  return anchors.flatMap(({ anchor, text }) => [`# pfctl -a '${anchor}' -f -`, ...text.split('\n')]);
}

/**
 * @param {typeof import('firewall-pf').renderAnchors} renderAnchors
 * @param {IntentGroup[]} groups
 * @param {import('firewall-pf').RenderOptions} options
 */
function render(renderAnchors, groups, options) {
  try {
    return renderAnchors(groups, options);
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}

await runMain(async () => {
  const words = process.argv.slice(2);
  const isByAnchor = words.includes('--anchors');
  const [file, ...others] = words.filter((word) => word !== '--anchors');
  if (file === undefined || others.length > 0) throw new SetupError(usage);
  const { groups, owner, version } = readGroups(file);
  await ensureInstalled();
  await buildFolder(own);
  const { renderAnchors } = await import(pathToFileURL(join(own, 'dist', 'index.js')).href);
  const { anchors, references } = render(renderAnchors, groups, { owner, version });
  const heading = [
    '# The main ruleset calls the anchors by these lines:',
    ...references.map((/** @type {string} */ line) => `#   ${line}`),
  ];
  console.log([...heading, ...(isByAnchor ? byAnchor(anchors) : asOneText(anchors))].join('\n'));
  return 0;
});
