// npm run render:pf -- FILE [--anchors]: prints the pf rules that the groups of intents in FILE become.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseWish, renderWish } from './render/pf-groups.mjs';
import { buildFolder } from './setup/build.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { root } from './setup/paths.mjs';
import { runMain, SetupError } from './setup/run.mjs';

const own = join(root, 'packages', 'firewall-pf');
const usage = 'usage: npm run render:pf -- FILE [--anchors] (FILE: see packages/firewall-pf/README.md)';

/** What goes wrong with a file is told with its name. @template Result @param {string} file @param {() => Result} work */
function about(file, work) {
  try {
    return work();
  } catch (error) {
    throw new SetupError(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}

await runMain(async () => {
  const words = process.argv.slice(2);
  const byAnchor = words.includes('--anchors');
  const [file, ...others] = words.filter((word) => word !== '--anchors');
  if (file === undefined || others.length > 0) throw new SetupError(usage);
  const wish = about(file, () => parseWish(readFileSync(file, 'utf8')));
  await ensureInstalled();
  await buildFolder(own);
  const pf = await import(pathToFileURL(join(own, 'dist', 'index.js')).href);
  process.stdout.write(about(file, () => renderWish(pf, wish, { byAnchor })));
  return 0;
});
