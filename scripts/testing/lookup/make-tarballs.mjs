import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../setup/run.mjs';
import { packedPackages } from '../packed.mjs';
import { plugins } from './plugins.mjs';

/**
 * Packs the plugins, and two other versions of netdev-core for those that bring one.
 * @param {string} folder where to
 * @returns {Promise<Record<string, string>>} the tarball of each package that the application asks for, by name
 */
export async function makeTarballs(folder) {
  const core = (await packedPackages()).find(({ name }) => name === 'netdev-core')?.file ?? '';
  const cores = {
    older: await repackCore(core, folder, '0.0.9', (text) => text),
    newer: await repackCore(core, folder, '9.0.0', (text) =>
      text.replace(/CONTRACT_VERSION = "1\.\d+"/, 'CONTRACT_VERSION = "2.0"'),
    ),
  };
  /** @type {Record<string, string>} */
  const tarballs = { 'netdev-core': core };
  for (const [name, { manifest, files }] of Object.entries(plugins)) {
    const text = JSON.stringify({ name, ...manifest })
      .replace('"netdev-core":"older"', `"netdev-core":"file:${cores.older}"`)
      .replace('"netdev-core":"newer"', `"netdev-core":"file:${cores.newer}"`);
    tarballs[name] = await pack(folder, name, { ...files, 'package.json': text });
  }
  return tarballs;
}

/** @param {string} folder @param {string} name @param {Readonly<Record<string, string>>} files */
async function pack(folder, name, files) {
  const place = mkdtempSync(join(folder, 'pack-'));
  mkdirSync(join(place, 'package'));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(place, 'package', file), text);
  return tar(folder, name, place);
}

/**
 * @param {string} core the tarball that is changed
 * @param {string} folder
 * @param {string} version
 * @param {(text: string) => string} change of each of its modules
 */
async function repackCore(core, folder, version, change) {
  const place = mkdtempSync(join(folder, 'core-'));
  await succeed('tar', '-xzf', core, '-C', place);
  const manifest = join(place, 'package', 'package.json');
  writeFileSync(
    manifest,
    readFileSync(manifest, 'utf8').replace(/"version": "[^"]+"/, `"version": "${version}"`),
  );
  for (const name of ['index.js', 'index.cjs']) {
    const file = join(place, 'package', 'dist', name);
    writeFileSync(file, change(readFileSync(file, 'utf8')));
  }
  return tar(folder, `netdev-core-${version}`, place);
}

/** @param {string} folder @param {string} name @param {string} place what holds `package` */
async function tar(folder, name, place) {
  const file = join(folder, `${name.replace(/[@/]/g, '-')}.tgz`);
  await succeed('tar', '-czf', file, '-C', place, 'package');
  return file;
}

/** @param {string} command @param {string[]} args */
async function succeed(command, ...args) {
  const { status, output } = await run(command, args);
  if (status !== 0) throw new Error(`${command}: ${output}`);
}
