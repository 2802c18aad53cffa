// npm run docs [-- --pictures FOLDER]: builds the documentation site into site/, and checks it; with a folder, a picture of each page.
import { resolve } from 'node:path';
import { checkSite, site } from './docs/build-site.mjs';
import { ensureTools } from './setup/debian.mjs';
import { ensureInstalled } from './setup/install.mjs';
import { runMain, SetupError } from './setup/run.mjs';

const usage = 'usage: npm run docs [-- --pictures FOLDER]';

await runMain(async () => {
  const [option, folder, ...rest] = process.argv.slice(2);
  if ((option !== undefined && (option !== '--pictures' || folder === undefined)) || rest.length > 0)
    throw new SetupError(usage);
  await ensureTools('docs');
  await ensureInstalled();
  const { failed, output = '' } = await checkSite({
    pictures: folder === undefined ? undefined : resolve(folder),
  });
  process.stdout.write(failed > 0 ? `${output}\n` : `${site}/index.html\n`);
  return failed > 0 ? 1 : 0;
});
