import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layouts } from './layouts.mjs';
import { makeTarballs } from './make-tarballs.mjs';
import { expected, programs } from './plugins.mjs';

/** @typedef {{ name: string, made?: string, code?: string, isOurs?: boolean, message?: string }} Found */

/**
 * Looks plugins up in applications that package managers installed from tarballs, from ESM and from CJS: one check for
 * each plugin, program and layout.
 * @returns {Promise<import('../steps.mjs').Outcome>}
 */
export async function checkLookup() {
  const folder = mkdtempSync(join(tmpdir(), 'netdev-lookup-'));
  try {
    const tarballs = await makeTarballs(folder);
    /** @type {string[][]} */
    const results = [];
    for (const layout of layouts) results.push(...(await checkLayout(layout, folder, tarballs)));
    const failures = results.flat();
    const checks = results.length * Object.keys(expected).length;
    return { passed: checks - failures.length, failed: failures.length, output: failures.join('\n') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {import('./layouts.mjs').Layout} layout
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} tarballs
 * @returns {Promise<string[][]>} what is wrong, for each program
 */
async function checkLayout({ name, files = {}, install, start }, folder, tarballs) {
  const app = join(folder, `app-${name.replace(/\W+/g, '-')}`);
  mkdirSync(app);
  const dependencies = Object.fromEntries(Object.entries(tarballs).map(([of, file]) => [of, `file:${file}`]));
  const manifest = JSON.stringify({ name: 'app', version: '1.0.0', private: true, dependencies });
  const all = { ...programs, ...files, 'package.json': manifest };
  for (const [file, text] of Object.entries(all)) writeFileSync(join(app, file), text);
  const { status, output } = await install(app);
  if (status !== 0) throw new Error(`${name} install: ${output}`);
  return Promise.all(
    Object.keys(programs).map(async (program) => {
      const run = await start(app, program);
      return differences(run.output).map((text) => `${name}, ${program}: ${text}`);
    }),
  );
}

/**
 * What of a program's output is not as expected, one entry a plugin.
 * @param {string} output
 */
export function differences(output) {
  const found = new Map(
    output
      .split('\n')
      .filter((line) => line.startsWith('{"name"'))
      .map((line) => {
        /** @type {Found} */
        const each = JSON.parse(line);
        return [each.name, each];
      }),
  );
  return Object.entries(expected).flatMap(([name, wanted]) => {
    const is = found.get(name);
    if (is === undefined) return [`${name}: nothing was said of it\n${output}`];
    const holds =
      'made' in wanted
        ? is.made === wanted.made
        : is.code === wanted.code && is.isOurs === true && wanted.says.test(is.message ?? '');
    return holds ? [] : [`${name}: ${JSON.stringify(is)}`];
  });
}
