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

/**
 * @param {typeof import('firewall-pf')} pf
 * @param {ReturnType<typeof readGroups>} wish
 * @param {boolean} isByAnchor
 */
function render(pf, { groups, owner, version }, isByAnchor) {
  try {
    const options = { owner, version };
    const references = pf.renderReferences(options).map((line) => `#   ${line}\n`);
    const heading = ['# The main ruleset calls the anchors by these lines:\n', ...references].join('');
    if (!isByAnchor) return heading + pf.renderPfConf(groups, options);
    const anchors = pf.renderAnchors(groups, options);
    return heading + anchors.map(({ anchor, text }) => `# pfctl -a '${anchor}' -f -\n${text}`).join('');
  } catch (error) {
    throw new SetupError(error instanceof Error ? error.message : String(error));
  }
}

await runMain(async () => {
  const words = process.argv.slice(2);
  const isByAnchor = words.includes('--anchors');
  const [file, ...others] = words.filter((word) => word !== '--anchors');
  if (file === undefined || others.length > 0) throw new SetupError(usage);
  const wish = readGroups(file);
  await ensureInstalled();
  await buildFolder(own);
  const pf = await import(pathToFileURL(join(own, 'dist', 'index.js')).href);
  process.stdout.write(render(pf, wish, isByAnchor));
  return 0;
});
