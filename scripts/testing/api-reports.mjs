import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspacePackages } from '../setup/workspace.mjs';
import { apiReport } from './api-report.mjs';

/** @typedef {{ title: string, file: string, text: string }} Report where a report is kept, and what it has to say */

/**
 * The report of each entry of each package that is published; the packages have to be built.
 * @returns {Report[]}
 */
function reports() {
  return workspacePackages()
    .filter(({ manifest }) => manifest.private !== true)
    .flatMap(({ folder, manifest }) =>
      Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) => {
        const types = Object(Object(target).import).types;
        if (typeof types !== 'string') return [];
        const name = entry === '.' ? 'index' : entry.slice('./'.length);
        const title = entry === '.' ? manifest.name : `${manifest.name}/${name}`;
        const text = `# ${title}\n\n\`\`\`ts\n${apiReport(join(folder, types))}\`\`\`\n`;
        return [{ title, file: join(folder, 'api', `${name}.api.md`), text }];
      }),
    );
}

/** Writes every report anew, and removes those of entries that are no more. */
export function writeApiReports() {
  const all = reports();
  const kept = new Set(all.map(({ file }) => file));
  for (const { folder } of workspacePackages()) {
    const place = join(folder, 'api');
    for (const name of existsSync(place) ? readdirSync(place) : [])
      if (!kept.has(join(place, name))) rmSync(join(place, name));
  }
  for (const { file, text } of all) {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
  }
}

/**
 * Whether each report that is checked in says what the package says: one check each.
 * @returns {import('./steps.mjs').Outcome}
 */
export function checkApiReports() {
  const all = reports();
  const problems = all.flatMap(({ title, file, text }) => {
    const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
    const line = firstDifference(kept, text);
    return line === undefined ? [] : [`${title}: ${line}`];
  });
  const advice = 'What users see has changed: npm run api, and a changeset (npm run changeset).';
  return {
    passed: all.length - problems.length,
    failed: problems.length,
    output: problems.length === 0 ? '' : [...problems, advice].join('\n'),
  };
}

/**
 * The first line that is in one text and not in the same place of the other.
 * @param {string} kept
 * @param {string} found
 */
export function firstDifference(kept, found) {
  if (kept === found) return undefined;
  const [before, after] = [kept.split('\n'), found.split('\n')];
  const at = after.findIndex((line, index) => line !== before[index]);
  const shown = (/** @type {string | undefined} */ line) => (line === undefined ? '(the end)' : line.trim());
  if (at < 0) return `line ${after.length}: (the end) instead of ${shown(before[after.length])}`;
  return `line ${at + 1}: ${shown(after[at])} instead of ${shown(before[at])}`;
}
