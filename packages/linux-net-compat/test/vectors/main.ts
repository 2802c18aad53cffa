import { playFolder } from './play-folder.js';
import { VectorFileError } from './vector-files.js';

// pnpm vectors DIR: plays the vector files of DIR; scripts/vectors.mjs bundles and starts it.
const [folder, ...more] = process.argv.slice(2);
if (folder === undefined || more.length > 0) {
  process.stderr.write('usage: pnpm vectors DIR\n');
  process.exitCode = 2;
} else {
  try {
    const { passed, failed } = await playFolder(folder, (line) => process.stdout.write(`${line}\n`));
    process.stdout.write(`${passed} passed, ${failed} failed\n`);
    process.exitCode = failed === 0 ? 0 : 1;
  } catch (error) {
    if (!(error instanceof VectorFileError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
